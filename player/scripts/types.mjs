// The compiler keeps import paths in dist/types as written in the sources. Node's module resolution requires file
// extensions, so they are added here.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../dist/types/', import.meta.url));
const PATH = /(from\s*|import\s*\(\s*)(['"])(\.{1,2}\/[^'"]*|\.{1,2})\2/g;

for (const name of readdirSync(root, { recursive: true }).filter((file) => file.endsWith('.d.ts'))) {
  const file = join(root, name);
  const withExtension = (_, before, quote, path) => {
    const target = join(dirname(file), path);
    const ending = existsSync(`${target}.d.ts`) ? '.js' : existsSync(join(target, 'index.d.ts')) ? '/index.js' : '';
    return `${before}${quote}${path}${ending}${quote}`;
  };
  writeFileSync(file, readFileSync(file, 'utf8').replace(PATH, withExtension));
}
