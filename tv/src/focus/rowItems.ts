// Items of a row: titles, people, and links to listings. Pure.
import { pictureForShape } from '../api/imageVariants';
import type { Card } from '../../../web_ui/shared/catalogue';
import type {
  Credit,
  HomeRow,
  Person,
  PersonLink,
  Picture,
  SearchResults,
  Series,
  TaxonomyLink,
  TitlePage,
} from '../../../web_ui/shared/viewerApi';
import type { RowShape } from '../api/rowShape';
import { t, type MessageKey } from '../i18n/index';
import { chunkIntoRows } from './shelfModel';

export interface PersonItem {
  type: 'person';
  slug: string;
  title: string;
  /** Roles or other second line. */
  note: string;
  image: Picture | null;
}
export interface LinkItem {
  type: 'link';
  title: string;
  note: string;
  path: string;
}
/** A card; on a person's page with their roles in the title. */
export type CardItem = Card & { note?: string };
export type Item = CardItem | PersonItem | LinkItem;
/** The content of a shelf row. */
export interface RowContent {
  title: string;
  shape: RowShape;
  items: readonly Item[];
}

export const isCard = (item: Item): item is CardItem => item.type !== 'person' && item.type !== 'link';

export function imageOf(item: Item, shape: RowShape): Picture | null {
  if (item.type === 'link') return null;
  return item.type === 'person' ? item.image : pictureForShape(item, shape);
}

/** "Agnès Varda" → "AV". */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map((word) => [...(word ?? '')][0]?.toLocaleUpperCase() ?? '').join('');
}

const ROLES: Record<string, MessageKey> = {
  actor: 'role.actor',
  director: 'role.director',
  writer: 'role.writer',
  producer: 'role.producer',
  composer: 'role.composer',
  camera: 'role.camera',
  editor: 'role.editor',
  host: 'role.host',
  guest: 'role.guest',
  narrator: 'role.narrator',
  other: 'role.other',
};
function roleLabel(role: string, character: string | null): string {
  return character || t(ROLES[role] ?? 'role.other');
}

/** One item per key with the notes merged: a person with two credits appears once. */
function mergedBy<T, R extends { note: string }>(all: readonly T[], key: (one: T) => string, make: (one: T) => R): R[] {
  const merged = new Map<string, R>();
  for (const one of all) {
    const [created, before] = [make(one), merged.get(key(one))];
    if (before === undefined) merged.set(key(one), created);
    else if (!before.note.split(', ').includes(created.note)) before.note += `, ${created.note}`;
  }
  return [...merged.values()];
}

export const toPersonItem = (person: PersonLink, note = ''): PersonItem => ({
  type: 'person',
  slug: person.slug,
  title: person.name,
  note,
  image: person.image,
});

/** Cast and crew in credit order. */
export const castAndCrew = (credits: readonly Credit[]): PersonItem[] =>
  mergedBy(
    credits,
    (c) => c.person.slug,
    (c) => toPersonItem(c.person, roleLabel(c.role, c.character)),
  );

type PersonTitle = Person['credits'][number]['title'];

/** The titles and series of a person, each once. */
export const filmography = (person: Person): (PersonTitle & { note: string })[] =>
  mergedBy(
    person.credits,
    (c) => c.title.id,
    (c) => ({ ...c.title, note: c.character ? t('role.as', { character: c.character }) : roleLabel(c.role, null) }),
  );

/** "1928–2019", "Born 1928". */
export function lifespan(person: Pick<Person, 'born' | 'died'>): string {
  const [born, died] = [person.born?.slice(0, 4) ?? '', person.died?.slice(0, 4) ?? ''];
  return died === '' ? (born === '' ? '' : t('person.born', { year: born })) : `${born}–${died}`;
}

export const linkItems = (taxonomy: 'genre' | 'category', terms: readonly TaxonomyLink[]): LinkItem[] =>
  terms.map((term) => ({ type: 'link', title: term.name, note: '', path: `/browse/${taxonomy}/${term.slug}` }));

/** Links to the categories and genres of a title or of search results. */
export const taxonomyLinks = (owner: {
  genres: readonly TaxonomyLink[];
  categories: readonly TaxonomyLink[];
}): LinkItem[] => [...linkItems('category', owner.categories), ...linkItems('genre', owner.genres)];

/** A home row, with a link to its full listing as the last tile if there is one. */
export function withSeeAllLink(row: HomeRow): RowContent {
  const path = row.href === null ? '' : row.href.startsWith('/list') ? '/list' : `/browse${row.href}`;
  const link: LinkItem = { type: 'link', title: t('see_all'), note: row.title, path };
  return { title: row.title, shape: row.shape, items: path === '' ? row.items : [...row.items, link] };
}

/** Splits a list into untitled grid rows. */
export const gridRows = (items: readonly Item[], shape: RowShape, width?: number): RowContent[] =>
  chunkIntoRows(items, shape, width).map((rowItems) => ({ title: '', shape, items: rowItems }));

/** The rows of a title page: related titles, people, categories and genres. */
export const relatedRows = (title: TitlePage): RowContent[] => [
  { title: t('related'), shape: 'still', items: title.related },
  { title: t('people'), shape: 'person', items: castAndCrew(title.credits) },
  { title: t('browse'), shape: 'link', items: taxonomyLinks(title) },
];

/** The rows of a series: its seasons and people. */
export const seriesRows = (series: Series): RowContent[] => [
  ...series.seasons.map((season) => ({
    title: season.title || (season.number === null ? t('episodes') : t('season', { number: season.number })),
    shape: 'still' as const,
    items: season.episodes,
  })),
  { title: t('people'), shape: 'person', items: castAndCrew(series.credits) },
];

/** Search results: a grid if there are only titles, else one row per kind. */
export function searchResultRows(results: SearchResults, width: number): RowContent[] {
  const [people, links] = [results.people.map((person) => toPersonItem(person)), taxonomyLinks(results)];
  if (people.length + links.length === 0) return gridRows(results.items, 'still', width);
  const rows: RowContent[] = [
    { title: t('titles'), shape: 'still', items: results.items },
    { title: t('browse'), shape: 'link', items: links },
    { title: t('row.people'), shape: 'person', items: people },
  ];
  return rows.filter((row) => row.items.length > 0);
}
