/** Moves a player into a picture-in-picture window and back when it closes. Resolves with the window. */
export interface DocumentPip {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

export async function moveToPipWindow(
  documentPip: DocumentPip,
  host: HTMLElement,
  message: string,
  onClose: () => void,
): Promise<Window> {
  const { width, height } = host.getBoundingClientRect();
  const pip = await documentPip.requestWindow({ width: Math.round(width), height: Math.round(height) });
  const placeholder = document.createElement('div');
  placeholder.setAttribute('role', 'status');
  placeholder.textContent = message;
  const size = `width:${width}px;max-width:100%;height:${height}px`;
  placeholder.style.cssText = `${size};display:grid;place-items:center;opacity:.7`;
  host.replaceWith(placeholder);
  pip.document.documentElement.lang = document.documentElement.lang;
  pip.document.title = document.title;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  pip.document.body.style.cssText = `margin:0;display:grid;min-height:100vh;color-scheme:${dark ? 'dark' : 'light'}`;
  pip.document.body.append(host);
  pip.addEventListener(
    'pagehide',
    () => {
      placeholder.replaceWith(host);
      onClose();
    },
    { once: true },
  );
  return pip;
}
