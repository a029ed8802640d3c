// Writes Lucide icons to public/icons: white and at twice the display size, so that the canvas can tint and scale
// them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const names = [
  'arrow-left',
  'captions',
  'check',
  'chevron-right',
  'circle-alert',
  'delete',
  'gauge',
  'house',
  'languages',
  'list-video',
  'lock',
  'log-in',
  'log-out',
  'pause',
  'play',
  'plus',
  'power',
  'rotate-ccw',
  'search',
  'server',
  'settings',
  'skip-forward',
  'sliders-horizontal',
  'space',
  'tv',
  'user',
  'users',
  'volume-2',
  'x',
  'info',
  'clapperboard',
];
const root = new URL('..', import.meta.url);
mkdirSync(new URL('public/icons', root), { recursive: true });
for (const name of names) {
  const svg = readFileSync(new URL(`node_modules/lucide-static/icons/${name}.svg`, root), 'utf8');
  const white = svg
    .replace(/<!--.*?-->\s*/s, '')
    .replace(/\swidth="24"/, ' width="96"')
    .replace(/\sheight="24"/, ' height="96"')
    .replace('stroke="currentColor"', 'stroke="#fff"');
  writeFileSync(new URL(`public/icons/${name}.svg`, root), white);
}
