// tokens.json → src/styles/tokens.css. Ink is the default theme, paper follows the system's; data-theme on the root
// element overrides both.
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const tokens = JSON.parse(readFileSync(new URL('tokens.json', root), 'utf8'));

const lines = (entries) => entries.map(([name, value]) => `  --${name}: ${value};`).join('\n');
const declarations = (group, prefix, unit = '') =>
  Object.entries(group).map(([k, v]) => [`${prefix}${k}`, `${v}${unit}`]);

const { color, type, space, radius, motion } = tokens;
const shared = [
  ...declarations(color.fixed, ''),
  ...color.bars.map((value, i) => [`bar-${i + 1}`, value]),
  ...declarations(type.family, 'font-'),
  ...type.size.map((px) => [`type-${px}`, `${px / 16}rem`]),
  ...declarations(type.weight, 'weight-'),
  ...space.map((px) => [`space-${px}`, `${px}px`]),
  ...declarations(radius, 'radius-', 'px'),
  ...declarations(motion, 'motion-'),
];

const css = `/* Generated from tokens.json by scripts/tokens.mjs. Edit the JSON. */
:root,
.ink {
  color-scheme: dark;
${lines(declarations(color.ink, ''))}
}
:root {
${lines(shared)}
}
@media (prefers-color-scheme: light) {
  :root {
    color-scheme: light;
${lines(declarations(color.paper, '')).replace(/^/gm, '  ')}
  }
}
:root[data-theme='ink'] {
  color-scheme: dark;
${lines(declarations(color.ink, ''))}
}
:root[data-theme='paper'] {
  color-scheme: light;
${lines(declarations(color.paper, ''))}
}
@media (prefers-reduced-motion: reduce) {
  :root {
    --motion-fast: 0ms;
    --motion-slow: 0ms;
  }
}
`;
writeFileSync(new URL('src/styles/tokens.css', root), css);
