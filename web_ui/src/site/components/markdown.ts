/**
 * Parses a subset of Markdown for synopses: paragraphs, lists, headings (as bold lines), emphasis, links. The result
 * is a tree that is rendered as elements: HTML in the text stays text, and links are http, https or mailto only.
 * Pure.
 */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'break' }
  | { kind: 'em' | 'strong'; children: Inline[] }
  | { kind: 'link'; href: string; children: Inline[] };
export type Block = { kind: 'paragraph' | 'heading'; children: Inline[] } | { kind: 'list'; items: Inline[][] };

const BULLET = /^\s{0,3}[-*+]\s+/;
const HEADING = /^\s{0,3}#{1,6}\s+/;
const RULES: [RegExp, (match: RegExpExecArray) => Inline][] = [
  [/^\\([\\`*_{}[\]()#+\-.!>~|])/, (m) => ({ kind: 'text', text: m[1]! })],
  [/^\*\*(?=\S)([\s\S]*?\S)\*\*/, (m) => ({ kind: 'strong', children: inline(m[1]!) })],
  [/^__(?=\S)([\s\S]*?\S)__(?!\w)/, (m) => ({ kind: 'strong', children: inline(m[1]!) })],
  [/^\*(?=\S)([^*]*?[^*\s])\*/, (m) => ({ kind: 'em', children: inline(m[1]!) })],
  [/^_(?=\S)([^_]*?[^_\s])_(?!\w)/, (m) => ({ kind: 'em', children: inline(m[1]!) })],
  [/^\[([^[\]]+)\]\(([^\s()]+)\)/, (m) => link(m[2]!, m[1]!, m[0]!)],
  [/^<((?:https?:\/\/|mailto:)[^\s<>]+)>/, (m) => link(m[1]!, m[1]!, m[0]!)],
  [/^https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/, (m) => link(m[0]!, m[0]!, m[0]!)],
  [/^ {2,}\n|^\\\n/, () => ({ kind: 'break' })],
];

/** The normalised URL of a link, or null if its scheme is not allowed. */
export function safeHref(raw: string): string | null {
  try {
    const url = new URL(raw);
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function link(raw: string, text: string, original: string): Inline {
  const href = safeHref(raw);
  if (!href) return { kind: 'text', text: original };
  return { kind: 'link', href, children: text === raw ? [{ kind: 'text', text }] : inline(text) };
}

export function inline(source: string): Inline[] {
  const inlines: Inline[] = [];
  let plain = '';
  let at = 0;
  const flush = () => {
    if (plain) inlines.push({ kind: 'text', text: plain.replace(/\s*\n\s*/g, ' ') });
    plain = '';
  };
  while (at < source.length) {
    const rest = source.slice(at);
    const before = source[at - 1] ?? ' ';
    const rule = RULES.map(([pattern, make]) => [pattern.exec(rest), make] as const).find(([match]) => match);
    // An underscore within a word is not emphasis (CommonMark 6.2).
    if (rule?.[0] && !(rest[0] === '_' && /\w/.test(before))) {
      const node = rule[1](rule[0]);
      if (node.kind === 'text') plain += node.text;
      else {
        flush();
        inlines.push(node);
      }
      at += rule[0][0].length;
    } else {
      plain += source[at++];
    }
  }
  flush();
  return inlines;
}

export function parse(source: string): Block[] {
  const groups = source
    .replace(/\r\n?/g, '\n')
    .trim()
    .split(/\n\s*\n/)
    .filter((group) => group.trim());
  return groups.flatMap((group): Block[] => {
    const lines = group.split('\n');
    if (lines.every((line) => BULLET.test(line))) {
      return [{ kind: 'list', items: lines.map((line) => inline(line.replace(BULLET, ''))) }];
    }
    if (HEADING.test(lines[0]!)) {
      const head: Block = { kind: 'heading', children: inline(lines[0]!.replace(HEADING, '').replace(/\s+#+$/, '')) };
      const body = lines.slice(1).join('\n');
      return body.trim() ? [head, ...parse(body)] : [head];
    }
    return [{ kind: 'paragraph', children: inline(group.trim()) }];
  });
}
