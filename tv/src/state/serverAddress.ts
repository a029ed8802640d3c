// Parses a server address as typed with a remote: "192.168.1.20:8096", "films.example.org", "https://tv.example".

/** The origins to try, in order; [] for invalid input. */
export function candidateOrigins(typed: string): string[] {
  const text = typed.trim().replace(/\/+$/, '');
  if (text === '' || /\s/.test(text) || /^https?:$/i.test(text)) return [];
  if (/^https?:\/\//i.test(text)) return parseOrigin(text);
  const local = /^(localhost|[\d.]+|\[.*\]|[^.]+|.+\.(local|lan|home|internal))(:\d+)?(\/.*)?$/i.test(text);
  const order = local ? ['http://', 'https://'] : ['https://', 'http://'];
  const hosts = local && !/:\d+$/.test(text) ? [`${text}:8096`, text] : [text];
  return hosts.flatMap((host) => order.flatMap((scheme) => parseOrigin(scheme + host)));
}

function parseOrigin(text: string): string[] {
  try {
    const url = new URL(text);
    return url.hostname === '' ? [] : [url.origin + url.pathname.replace(/\/$/, '')];
  } catch {
    return [];
  }
}

/** The server that served this page at `/tv/`; null in a packaged application. */
export function hostServer(location: { protocol: string; origin: string; pathname: string }): string | null {
  if (!/^https?:$/.test(location.protocol)) return null;
  const match = location.pathname.match(/^(.*)\/tv(\/.*)?$/);
  return match ? location.origin + (match[1] ?? '') : null;
}
