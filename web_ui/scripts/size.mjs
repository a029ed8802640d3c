// Reports the size of the scripts a viewer loads before the player: site.html and its static imports. Fails above the
// limit.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT_KB = 120;
const dist = new URL('../dist/', import.meta.url);
const read = (name) => readFileSync(new URL(name, dist), 'utf8');
const html = read('site.html');
const allMatches = (pattern, text) => [...text.matchAll(pattern)].map((match) => match[1]);

/** Static imports only; dynamic imports are loaded on demand. */
const scripts = new Set();
function follow(name) {
  if (scripts.has(name)) return;
  scripts.add(name);
  for (const next of allMatches(
    /(?:^|[;}\s])(?:import|export)\s*(?:[\w$*{}\s,]+\s*from\s*)?["']\.\/([^"']+\.js)["']/g,
    read(name),
  ))
    follow(`assets/${next}`);
}
allMatches(/(?:src|href)="\/ui\/(assets\/[^"]+\.js)"/g, html).forEach(follow);
const styles = allMatches(/href="\/ui\/(assets\/[^"]+\.css)"/g, html);

const kb = (names) => names.reduce((sum, name) => sum + gzipSync(read(name), { level: 9 }).length, 0) / 1024;
const script = kb([...scripts]);
const css = kb(styles);
console.log(
  `site: ${script.toFixed(1)} KB of script in ${scripts.size} files (limit ${LIMIT_KB} KB), ` +
    `${css.toFixed(1)} KB of styles, gzip`,
);
if (scripts.size === 0 || script > LIMIT_KB) {
  console.error(`The viewers' site loads too much before the player: ${[...scripts].join(', ')}.`);
  console.error("Import what is not needed at once by a call: import('…').");
  process.exit(1);
}
