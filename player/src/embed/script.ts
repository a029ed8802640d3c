/**
 * embed.js replaces `<script async src="https://server/embed.js" data-id="…" data-skin="video"></script>` with the
 * player's iframe. A classic script without imports. Other `data-` attributes become query parameters.
 */
(() => {
  const SHAPES: Record<string, string> = {
    video: 'aspect-ratio:16/9',
    audio: 'height:124px',
    circular: 'aspect-ratio:1;max-width:360px',
    square: 'aspect-ratio:1;max-width:640px',
  };
  const scripts = document.currentScript
    ? [document.currentScript as HTMLScriptElement]
    : [...document.querySelectorAll<HTMLScriptElement>('script[data-id][src*="/embed.js"]')];
  for (const script of scripts) {
    const { id, skin = 'video', title = 'OTNet player', ...options } = script.dataset;
    if (!id) {
      console.error('embed.js: give the script a data-id, the id of what is to be played.');
      continue;
    }
    const address = new URL(`embed/${encodeURIComponent(id)}`, script.src);
    address.searchParams.set('skin', skin);
    for (const [name, value] of Object.entries(options)) address.searchParams.set(name, value ?? '');
    const frame = document.createElement('iframe');
    frame.src = address.href;
    frame.title = title;
    frame.allow = 'autoplay; fullscreen; picture-in-picture; encrypted-media';
    frame.allowFullscreen = true;
    frame.loading = 'lazy';
    frame.style.cssText = `display:block;width:100%;border:0;${SHAPES[skin] ?? SHAPES.video}`;
    script.replaceWith(frame);
  }
})();
