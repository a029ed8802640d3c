/** The HTML that embeds the player in another site. Pure. */
const IFRAME_ALLOW = 'autoplay; fullscreen; picture-in-picture; encrypted-media';

const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** `url` is the URL of the embed page. */
export function embedCode(url: string, title: string, audio = false): string {
  const address = new URL(url);
  if (audio) address.searchParams.set('skin', 'audio');
  const [width, height] = audio ? [720, 140] : [1280, 720];
  return (
    `<iframe src="${escapeAttribute(address.href)}" width="${width}" height="${height}" ` +
    `title="${escapeAttribute(title)}" ` +
    `style="border:0;max-width:100%" allow="${IFRAME_ALLOW}" allowfullscreen loading="lazy"></iframe>`
  );
}
