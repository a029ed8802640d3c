// Reports what a page loads, in gzip: our own code for one skin in English, media-chrome and Shaka Player. Fails if
// our own code exceeds the budget. Dialogs, other languages and native HLS are loaded on demand and not counted.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 25 * 1024;
const dist = new URL('../dist/', import.meta.url);
const gzipSize = (name) => gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length;
const chunks = readdirSync(new URL('chunks/', dist)).map((name) => `chunks/${name}`);
const chunk = (name) => chunks.find((c) => c.startsWith(`chunks/${name}-`));
const STATIC = /(?:import|export)\s*(?:[\w*{}$,\s]*?from\s*)?["'](\.[^"']+\.js)["']/g;

/** A file and all its static imports. */
function closure(name, files = new Set()) {
  if (files.has(name)) return files;
  files.add(name);
  const text = readFileSync(new URL(name, dist), 'utf8');
  for (const [, path] of text.matchAll(STATIC))
    closure(new URL(path, new URL(name, 'http://x/')).pathname.slice(1), files);
  return files;
}

const isThirdParty = (name) => /chunks\/(shaka|media-chrome)-/.test(name);
const sum = (names) => [...names].filter((n) => !isThirdParty(n)).reduce((total, n) => total + gzipSize(n), 0);
const skins = ['video', 'audio', 'circular', 'square'];
const filesBySkin = Object.fromEntries(
  skins.map((skin) => [
    skin,
    new Set(['otnet-player.js', chunk('controls'), chunk(skin)].flatMap((n) => [...closure(n)])),
  ]),
);
const table = {
  entry: gzipSize('otnet-player.js') + sum(closure('otnet-player.js')) - gzipSize('otnet-player.js'),
  ...Object.fromEntries(skins.map((skin) => [`ours, ${skin}`, sum(filesBySkin[skin])])),
  'engine alone': sum(closure('otnet-engine.js')),
  'media-chrome': gzipSize(chunk('media-chrome')),
  'shaka-player': gzipSize(chunk('shaka')),
};
if (process.argv.includes('--json')) console.log(JSON.stringify({ budget: BUDGET, ...table }));
else
  for (const [name, bytes] of Object.entries(table))
    console.log(`${name.padEnd(16)} ${(bytes / 1024).toFixed(1).padStart(7)} KB gzip`);

const largest = Math.max(...skins.map((skin) => sum(filesBySkin[skin])));
if (largest > BUDGET) {
  console.error(
    `Our own code is ${(largest / 1024).toFixed(1)} KB gzip; ${BUDGET / 1024} KB is the budget. Make it smaller.`,
  );
  process.exit(1);
}
