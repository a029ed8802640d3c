// Moves the declarations of the player, which the compiler writes to dist/declarations together with those of the shared
// sources, to dist/types. The compiler keeps import paths as written in the sources; Node's module resolution requires
// file extensions, so they are added here.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../dist/types/', import.meta.url));
const emitted = fileURLToPath(new URL('../dist/declarations/', import.meta.url));
const PATH = /(from\s*|import\s*\(\s*)(['"])(\.{1,2}\/[^'"]*|\.{1,2})\2/g;

rmSync(root, { recursive: true, force: true });
renameSync(join(emitted, 'player', 'src'), root);
rmSync(emitted, { recursive: true });

for (const name of readdirSync(root, { recursive: true }).filter((file) => file.endsWith('.d.ts'))) {
  const file = join(root, name);
  const withExtension = (_, before, quote, path) => {
    const target = join(dirname(file), path);
    const ending = existsSync(`${target}.d.ts`) ? '.js' : existsSync(join(target, 'index.d.ts')) ? '/index.js' : '';
    return `${before}${quote}${path}${ending}${quote}`;
  };
  const text = readFileSync(file, 'utf8');
  if (text.includes('web_ui/')) throw new Error(`${name}: the public types must not use those of web_ui/shared`);
  writeFileSync(file, text.replace(PATH, withExtension));
}
