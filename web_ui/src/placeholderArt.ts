/**
 * A deterministic placeholder image for a title without artwork: a circular waveform for audio, a test card for
 * video.
 */
const SVG = 'http://www.w3.org/2000/svg';

function svg(tag: string, attributes: Record<string, string | number>): SVGElement {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}

/** A deterministic random number generator, 0 to 1 (FNV-1a seeding xorshift32). */
export function seededRandom(seed: string): () => number {
  let x = 0x811c9dc5;
  for (const character of seed) x = Math.imul(x ^ (character.codePointAt(0) ?? 0), 0x01000193);
  x = x >>> 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 0x1_0000_0000;
  };
}

/** Heights of the waveform's n spokes, 0 to 1: two sine waves and some noise. */
export function waveformHeights(seed: string, n = 80): number[] {
  const random = seededRandom(seed);
  const [a, b] = [2 + Math.floor(random() * 4), 5 + Math.floor(random() * 7)];
  const [pa, pb] = [random() * 6.283, random() * 6.283];
  return Array.from({ length: n }, (_, i) => {
    const t = (i / n) * 6.283;
    const wave = 0.5 + 0.28 * Math.sin(a * t + pa) + 0.22 * Math.sin(b * t + pb);
    return Math.min(1, Math.max(0.06, wave * (0.55 + 0.45 * random())));
  });
}

function waveformRing(seed: string): SVGElement[] {
  const heights = waveformHeights(seed);
  const path = heights
    .map((height, i) => {
      const angle = (i / heights.length) * 2 * Math.PI - Math.PI / 2;
      const [from, to] = [40 - height * 6, 40 + height * 26];
      const at = (r: number) => `${(160 + r * Math.cos(angle)).toFixed(2)} ${(90 + r * Math.sin(angle)).toFixed(2)}`;
      return `M${at(from)}L${at(to)}`;
    })
    .join('');
  return [svg('path', { d: path, 'stroke-width': 1.4, 'stroke-linecap': 'round', opacity: 0.8 })];
}

function testCard(seed: string): SVGElement[] {
  const random = seededRandom(seed);
  const rotation = Math.round(random() * 180);
  const radius = 44 + Math.round(random() * 20);
  const wedges = Array.from({ length: 24 }, (_, i) => {
    const angle = (i / 24) * 2 * Math.PI;
    const at = (r: number) => `${(160 + r * Math.cos(angle)).toFixed(2)} ${(90 + r * Math.sin(angle)).toFixed(2)}`;
    return `M${at(8)}L${at(radius * 0.45)}`;
  }).join('');
  return [
    svg('path', { d: 'M0 90H320M160 0V180M0 45H320M0 135H320M80 0V180M240 0V180', opacity: 0.22 }),
    svg('circle', { cx: 160, cy: 90, r: radius, opacity: 0.6 }),
    svg('circle', { cx: 160, cy: 90, r: radius * 0.45, opacity: 0.4 }),
    svg('path', { d: wedges, opacity: 0.5, transform: `rotate(${rotation} 160 90)` }),
  ];
}

export function placeholderArt(id: string, kind: 'video' | 'audio'): SVGElement {
  const picture = svg('svg', {
    viewBox: '0 0 320 180',
    fill: 'none',
    stroke: 'currentColor',
    class: `art art-${kind}`,
    'aria-hidden': 'true',
    preserveAspectRatio: kind === 'audio' ? 'xMidYMid meet' : 'xMidYMid slice',
  });
  picture.append(...(kind === 'audio' ? waveformRing(id) : testCard(id)));
  return picture;
}
