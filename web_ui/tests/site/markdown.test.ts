import { describe, expect, it } from 'vitest';
import { inline, parse, safeHref, type Block, type Inline } from '../../src/site/components/markdown';

/** The parsed tree as compact text, for comparison. */
const flat = (nodes: Inline[]): string =>
  nodes
    .map((node) => {
      switch (node.kind) {
        case 'text':
          return node.text;
        case 'break':
          return '⏎';
        case 'link':
          return `[${node.href}|${flat(node.children)}]`;
        default:
          return `${node.kind}(${flat(node.children)})`;
      }
    })
    .join('');
const outline = (blocks: Block[]) =>
  blocks.map((b) => (b.kind === 'list' ? `list:${b.items.map(flat).join(';')}` : `${b.kind}:${flat(b.children)}`));

describe('inline Markdown', () => {
  it.each([
    ['plain', 'plain'],
    ['**bold** and *slanted* and _too_', 'strong(bold) and em(slanted) and em(too)'],
    ['**bold with *both* inside**', 'strong(bold with em(both) inside)'],
    ['snake_case_stays and 2 * 3 * 4', 'snake_case_stays and 2 * 3 * 4'],
    ['\\*no stars\\*', '*no stars*'],
    ['[here](https://example.org/a?b=1&c=2)', '[https://example.org/a?b=1&c=2|here]'],
    ['see https://example.org/x.', 'see [https://example.org/x|https://example.org/x].'],
    ['<https://example.org/>', '[https://example.org/|https://example.org/]'],
    ['one\ntwo', 'one two'],
    ['one  \ntwo', 'one⏎two'],
    ['an open ** star and [a](broken', 'an open ** star and [a](broken'],
  ])('%j', (source, expected) => expect(flat(inline(source))).toBe(expected));

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](data:text/html,hi)',
    '[x](//example.org)',
    '<javascript:alert(1)>',
  ])('HTML and unsafe URLs stay text: %j', (source) => expect(flat(inline(source))).toBe(source));
});

it('parses paragraphs, lists and headings', () => {
  expect(outline(parse('# A *head*\nwith words\n\nSecond.\r\n\r\n- one\n- **two**\n\n\n'))).toEqual([
    'heading:A em(head)',
    'paragraph:with words',
    'paragraph:Second.',
    'list:one;strong(two)',
  ]);
});

it('parses pathological input quickly', () => {
  const nasty = '*'.repeat(4000) + '_'.repeat(4000) + '['.repeat(4000);
  expect(parse(nasty)).toHaveLength(1);
});

it('allows http, https and mailto links only', () => {
  expect(safeHref('mailto:a@example.org')).toBe('mailto:a@example.org');
  for (const wrong of ['javascript:alert(1)', 'vbscript:x', '/title/x', 'ftp://example.org'])
    expect(safeHref(wrong)).toBeNull();
});
