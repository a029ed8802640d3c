// Renders the favicon as PNG icons for home screens, at every build.
import { readFileSync, writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

const root = new URL('..', import.meta.url);
const svg = readFileSync(new URL('public/favicon.svg', root), 'utf8');
const ground = /<rect[^>]*rx="(\d+)"[^>]*fill="(#\w{6})"/.exec(svg);
const bars = [...svg.matchAll(/<path fill="(#\w{6})" d="M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)/g)].map(
  ([, fill, x, y, w, h]) => ({ fill, x: +x, y: +y, w: +w, h: +h }),
);
const SIDE = 32; // of the drawing
const FINE = 4; // samples along each side of a pixel

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

/**
 * Colour and opacity at a point of the drawing. A maskable icon has no corners and keeps its bars in the safe zone
 * (W3C Web App Manifest: a centred circle of 80 % of the width).
 */
function at(x, y, maskable) {
  const [px, py] = maskable ? [(x - SIDE / 2) / 0.86 + SIDE / 2, (y - SIDE / 2) / 0.86 + SIDE / 2] : [x, y];
  const bar = bars.find((b) => px >= b.x && px < b.x + b.w && py >= b.y && py < b.y + b.h);
  if (bar) return [...rgb(bar.fill), 255];
  const r = maskable ? 0 : Number(ground[1]);
  const [dx, dy] = [Math.max(r - x, x - (SIDE - r), 0), Math.max(r - y, y - (SIDE - r), 0)];
  return dx * dx + dy * dy <= r * r || r === 0 ? [...rgb(ground[2]), 255] : [0, 0, 0, 0];
}

function pixels(size, maskable) {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  const step = SIDE / size / FINE;
  for (let y = 0, o = 0; y < size; y++) {
    o++; // each row begins with its filter: none
    for (let x = 0; x < size; x++, o += 4) {
      const sum = [0, 0, 0, 0];
      for (let i = 0; i < FINE * FINE; i++) {
        const [r, g, b, a] = at(
          (x * FINE + (i % FINE) + 0.5) * step,
          (y * FINE + Math.floor(i / FINE) + 0.5) * step,
          maskable,
        );
        [r * a, g * a, b * a, a].forEach((value, c) => {
          sum[c] += value;
        });
      }
      const alpha = sum[3];
      for (let c = 0; c < 3; c++) rows[o + c] = alpha ? Math.round(sum[c] / alpha) : 0;
      rows[o + 3] = Math.round(alpha / (FINE * FINE));
    }
  }
  return rows;
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function png(size, maskable) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8); // eight bits, RGBA
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(pixels(size, maskable))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

for (const [name, size, maskable] of [
  ['icon-192', 192, false],
  ['icon-512', 512, false],
  ['icon-maskable-512', 512, true],
]) {
  writeFileSync(new URL(`public/${name}.png`, root), png(size, maskable));
}
