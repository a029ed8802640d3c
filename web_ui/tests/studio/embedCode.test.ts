import { describe, expect, it } from 'vitest';
import { parseOrigins } from '../../src/studio/fields/origins/parseOrigins';
import { embedUrl, iframeCode, scriptCode, playerSize } from '../../src/studio/share/embedCode';

const plain = {
  id: 'abc',
  title: 'Night "Train" <3',
  skin: 'video',
  autoplay: false,
  loop: false,
  start: 0,
  end: 0,
  accent: '',
  width: 640,
} as const;

describe('embed code', () => {
  it('contains only the chosen options', () => {
    expect(embedUrl('https://tv.example', plain)).toBe('https://tv.example/embed/abc');
    expect(embedUrl('https://tv.example', { ...plain, skin: 'square', autoplay: true, start: 12 })).toBe(
      'https://tv.example/embed/abc?skin=square&autoplay=muted&start=12',
    );
    expect(embedUrl('https://tv.example', { ...plain, loop: true, start: 12, end: 20, accent: '#e8a33d' })).toBe(
      'https://tv.example/embed/abc?loop=1&start=12&end=20&accent=%23e8a33d',
    );
    expect(embedUrl('https://tv.example', { ...plain, start: 12, end: 5 })).toBe(
      'https://tv.example/embed/abc?start=12',
    );
  });
  it('is escaped for HTML', () => {
    expect(iframeCode('https://tv.example', plain)).toContain('title="Night &quot;Train&quot; &lt;3"');
    expect(iframeCode('https://tv.example', { ...plain, skin: 'audio', start: 3 })).toContain(
      'src="https://tv.example/embed/abc?skin=audio&amp;start=3"',
    );
    expect(scriptCode('https://tv.example', { ...plain, skin: 'circular' })).toBe(
      '<script async src="https://tv.example/embed.js" data-id="abc" data-skin="circular"></script>',
    );
  });
  it('has the aspect ratio of its skin', () => {
    expect(playerSize('video', 640)).toEqual([640, 360]);
    expect(playerSize('circular', 320)).toEqual([320, 320]);
    expect(playerSize('audio', 560)).toEqual([560, 140]);
  });
});

describe('allowed origins', () => {
  it.each([
    ['https://example.org/blog?x=1', ['https://example.org']],
    ['example.org, Example.org\nhttps://*.news.example', ['https://example.org', 'https://*.news.example']],
    ['http://localhost:8080/', ['http://localhost:8080']],
    ['  ', []],
  ])('%s', (text, sites) => expect(parseOrigins(text)).toEqual(sites));
});
