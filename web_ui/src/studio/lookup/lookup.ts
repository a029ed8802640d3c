/** Requests of title lookups, and which fields of a title they can fill. */
import { get, post } from '../api/http';
import type { Row } from '../api/schema';

export const LOOKUPS = '/api/v1/dashboard/title_lookups';

export type Kind = 'film' | 'series';
export interface Lookup {
  name: string;
  label: string;
  attribution: string;
}
export interface Match {
  id: string;
  title: string;
  year: number | null;
  synopsis: string;
  /** A data URL. */
  thumbnail: string | null;
}
export interface Person {
  name: string;
  role: string;
  character: string;
}
export type Found = Record<string, unknown> & { genres: string[]; credits: Person[] };
export interface Details {
  id: string;
  fields: Found;
  runtime_minutes: number | null;
  rating: number | null;
  page: string;
}
export interface Search {
  title: string;
  year: string;
  language: string;
  kind: Kind;
}

const query = (values: Record<string, string>): string =>
  new URLSearchParams(Object.entries(values).filter(([, value]) => value !== '')).toString();

export const lookups = {
  list: async (): Promise<Lookup[]> => (await get<{ items: Lookup[] }>(LOOKUPS)).items,
  search: async (name: string, { title, year, language, kind }: Search): Promise<Match[]> =>
    (await get<{ items: Match[] }>(`${LOOKUPS}/${name}?${query({ q: title, year, language, kind })}`)).items,
  details: (name: string, id: string, language: string, kind: Kind): Promise<Details> =>
    get<Details>(`${LOOKUPS}/${name}/${encodeURIComponent(id)}?${query({ language, kind })}`),
  fill: (
    name: string,
    id: string,
    body: { record: string; kind: Kind; language: string; fields: string[]; etag: string },
  ) => post<Row>(`${LOOKUPS}/${name}/${encodeURIComponent(id)}`, body),
};

/** The fields in the order in which they are compared. */
export const FIELDS = [
  'title',
  'tagline',
  'synopsis',
  'release_date',
  'original_language',
  'age_rating',
  'genres',
  'credits',
  'poster',
  'backdrop',
] as const;
export type FieldName = (typeof FIELDS)[number];

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** What a title has in a field; pictures are in its artwork. Pure. */
export const present = (record: Row, name: FieldName): unknown =>
  name === 'poster' || name === 'backdrop'
    ? (record.artwork as Record<string, { url: string }> | undefined)?.[name]?.url
    : record[name];

/** The fields that were found and differ from what the title has. Pure. */
export const comparable = (record: Row, found: Found): FieldName[] =>
  FIELDS.filter(
    (name) => !isEmpty(found[name]) && JSON.stringify(found[name]) !== JSON.stringify(present(record, name)),
  );

/** Only fields without a value are ticked at first, so that nothing is overwritten unless somebody wants it. Pure. */
export const tickedAtFirst = (record: Row, names: readonly FieldName[]): FieldName[] =>
  names.filter((name) => isEmpty(present(record, name)));
