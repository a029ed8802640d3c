/** The home layout: its types, and changes to a draft. Pure. */

export const ROW_KINDS = [
  'continue',
  'list',
  'granted',
  'new',
  'popular',
  'series',
  'categories',
  'genres',
  'category',
  'genre',
  'episodes',
  'titles',
] as const;
export type RowKind = (typeof ROW_KINDS)[number];

export interface LayoutRow {
  kind: RowKind;
  record: string | null;
  content: string[];
  titles: Record<string, string>;
  hidden: boolean;
}
export interface HomeLayout {
  hero: string[];
  rows: LayoutRow[];
}
/** A row of a draft; `key` tells rows apart while they are moved. */
export interface DraftRow extends LayoutRow {
  key: string;
}
export interface Draft {
  hero: string[];
  rows: DraftRow[];
}

export const MAX_ROWS = 30;
export const MAX_HERO_TITLES = 10;
export const MAX_ROW_TITLES = 40;
/** The kinds of rows that show one record, and the plural of its resource. */
export const RECORDS: Partial<Record<RowKind, string>> = {
  category: 'categories',
  genre: 'genres',
  episodes: 'series',
};

/** What these rows show depends on the viewer. */
export const PERSONAL_KINDS: readonly RowKind[] = ['continue', 'list', 'granted'];

let lastKey = 0;
export const newRow = (kind: RowKind, record: string | null = null): DraftRow => ({
  kind,
  record,
  content: [],
  titles: {},
  hidden: false,
  key: `row-${++lastKey}`,
});

/** The rows of an organization that has not saved a layout (`standard_layout` of the server). */
const STANDARD_KINDS: readonly RowKind[] = ['continue', 'list', 'granted', 'new', 'series', 'categories', 'genres'];
export const standardDraft = (): Draft => ({ hero: [], rows: STANDARD_KINDS.map((kind) => newRow(kind)) });

export const draftOf = (layout: HomeLayout): Draft => ({
  hero: layout.hero,
  rows: layout.rows.map((row) => ({ ...row, key: newRow(row.kind).key })),
});

export const layoutOf = (draft: Draft): HomeLayout => ({
  hero: draft.hero,
  rows: draft.rows.map(({ kind, record, content, titles, hidden }) => ({ kind, record, content, titles, hidden })),
});

/** Whether two layouts are the same; the order of languages does not matter. */
export function isSameLayout(a: HomeLayout, b: HomeLayout): boolean {
  const plain = ({ hero, rows }: HomeLayout) =>
    JSON.stringify([hero, rows.map((r) => [r.kind, r.record, r.content, Object.entries(r.titles).sort(), r.hidden])]);
  return plain(a) === plain(b);
}

/** The kinds of rows that can be added: of most kinds there is one row, or one for each record. */
export const addableKinds = (rows: readonly LayoutRow[]): RowKind[] =>
  rows.length >= MAX_ROWS
    ? []
    : ROW_KINDS.filter((kind) => kind === 'titles' || kind in RECORDS || !rows.some((row) => row.kind === kind));

/** The records that have a row of this kind already. */
export const recordsWithRow = (rows: readonly LayoutRow[], kind: RowKind): string[] =>
  rows.flatMap((row) => (row.kind === kind && row.record ? [row.record] : []));

export const changeRow = (draft: Draft, key: string, values: Partial<LayoutRow>): Draft => ({
  ...draft,
  rows: draft.rows.map((row) => (row.key === key ? { ...row, ...values } : row)),
});

/** The titles of a row with one of them changed; an empty one is removed. */
export function withTitle(titles: Record<string, string>, language: string, text: string): Record<string, string> {
  const { [language]: _, ...rest } = titles;
  return text.trim() ? { ...rest, [language]: text } : rest;
}
