import { describe, expect, it } from 'vitest';
import { color } from '../../tokens.json';
import { contrastRatio, parseHex, readableAccent, type ThemeSurfaces } from '../../src/site/theme/contrast';
import { accentCss } from '../../src/site/theme/theme';

const themes: [string, ThemeSurfaces][] = [
  ['ink', color.ink],
  ['paper', color.paper],
];
const chosen = [
  '#000000',
  '#FFFFFF',
  '#3D7EFF',
  '#FFE100',
  '#0B0D12',
  '#7F7F7F',
  '#8B0000',
  '#00FF66',
  '#123',
  '#C71585',
  '#FBFBFA',
];

describe.each(themes)('an accent colour on %s', (_, surfaces) => {
  const grounds = [surfaces.bg, surfaces.panel, surfaces.raised].map((ground) => parseHex(ground)!);
  it.each(chosen)('%s is adjusted to the WCAG contrast for graphics and text', (hex) => {
    const adjusted = readableAccent(hex, surfaces)!;
    const [accent, text, on] = [adjusted.accent, adjusted.text, adjusted.onAccent].map((c) => parseHex(c)!);
    for (const ground of grounds) {
      expect(contrastRatio(accent!, ground)).toBeGreaterThanOrEqual(3);
      expect(contrastRatio(text!, ground)).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrastRatio(on!, accent!)).toBeGreaterThanOrEqual(4.5);
  });
});

it('does not change a colour with sufficient contrast', () => {
  expect(readableAccent('#3D7EFF', color.ink)!.accent).toBe('#3D7EFF');
});

it('parses colours of three and six hex digits only', () => {
  expect(parseHex('#37f')).toEqual([0x33, 0x77, 0xff]);
  for (const wrong of ['red', '#12', '#1234567', 'url(x)', '']) expect(parseHex(wrong)).toBeNull();
});

it('returns no style sheet for an invalid colour', () => {
  expect(accentCss(null)).toBe('');
  expect(accentCss('red;}body{display:none')).toBe('');
  expect(accentCss('#c00')).toContain('--accent:#');
});
