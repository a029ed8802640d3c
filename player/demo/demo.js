// Puts a player into every place that names a skin. `?src=` is the address of a configuration and goes from page to
// page; without one the player says what it needs. Works from Vite (the sources) and beside the built files (../dist).
const player = import.meta.env?.DEV
  ? await import('../src/index.ts')
  : await import(new URL('../dist/otnet-player.js', import.meta.url).href);
const src = new URLSearchParams(location.search).get('src');

for (const place of document.querySelectorAll('[data-skin]')) {
  if (src) void player.setup(place, src, place.dataset.skin);
  else place.innerHTML = '<p>Give the address of a configuration: <code>?src=…</code></p>';
}
for (const link of document.querySelectorAll('a')) link.search = location.search;
const field = document.querySelector('#src');
if (field) field.value = src ?? '';
