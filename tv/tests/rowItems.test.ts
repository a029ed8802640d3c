import { expect, test } from 'vitest';
import { card as titleCard } from './card';
import type { Credit, HomeRow, Series, TaxonomyLink } from '../../web_ui/shared/viewerApi';
import {
  filmography,
  initials,
  lifespan,
  castAndCrew,
  searchResultRows,
  seriesRows,
  taxonomyLinks,
  withSeeAllLink,
} from '../src/focus/rowItems';
import { ShelfView } from '../src/focus/shelfView';
import { pathOf, announcement } from '../src/components/itemText';
import { setLanguage } from '../src/i18n/index';

setLanguage('en');
const face = { base: '/f', width: 640, height: 640, widths: [320, 640], alt: '' };
const card = (id: string) => titleCard({ id, slug: id, title: id.toUpperCase(), duration_s: null });
const credit = (slug: string, role: string, character = ''): Credit => ({
  role,
  character,
  person: { slug, name: slug, image: null },
});
const drama: TaxonomyLink = { slug: 'drama', name: 'Drama' };

test.each([
  ['Agnès Varda', 'AV'],
  ['Rafael de la Quintanilla', 'RQ'],
  ['Prince', 'P'],
  ['émile', 'É'],
  ['"Weird" Al  Yankovic', 'AY'],
  ['', ''],
])('%s without a portrait has the initials %s', (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test('a person with several credits is in the row of people once', () => {
  const row = castAndCrew([
    credit('ines', 'actor', 'The keeper'),
    credit('mei', 'director'),
    credit('mei', 'writer'),
    credit('mei', 'director'),
    credit('ada', 'gaffer'),
  ]);
  expect(row.map((item) => [item.title, item.note])).toEqual([
    ['ines', 'The keeper'],
    ['mei', 'Director, Screenplay'],
    ['ada', 'Crew'],
  ]);
  expect(row.map(pathOf)).toEqual(['/person/ines', '/person/mei', '/person/ada']);
});

test('a series has a row for each season and one of its people', () => {
  const season = (number: number | null, title = '') => ({ number, title, episodes: [] });
  const rows = seriesRows({
    seasons: [season(1), season(2, 'Winter')],
    credits: [credit('mei', 'director')],
  } as unknown as Series);
  expect(rows.map((row) => row.title)).toEqual(['Season 1', 'Winter', 'Cast and crew']);
  expect(rows[2]!.items.map((item) => item.title)).toEqual(['mei']);
});

test("a person's page lists their roles in each title", () => {
  const films = filmography({
    slug: 'i',
    name: 'I',
    image: null,
    biography: '',
    born: null,
    died: null,
    website: null,
    credits: [
      { role: 'actor', character: 'Mara', title: card('a') },
      { role: 'producer', character: '', title: card('a') },
      { role: 'director', character: '', title: card('b') },
    ],
  });
  expect(films.map((film) => announcement(film).join(' · '))).toEqual([
    'A · as Mara, Producer · 2026',
    'B · Director · 2026',
  ]);
});

test.each([
  ['1928-05-30', '2019-03-29', '1928–2019'],
  ['1961', null, 'Born 1961'],
  [null, '2019-03-29', '–2019'],
  [null, null, ''],
])('the lifespan of born %s, died %s is %s', (born, died, words) => {
  expect(lifespan({ born, died })).toBe(words);
});

test.each([
  [null, null],
  ['/category/short-films', '/browse/category/short-films'],
  ['/genre/drama', '/browse/genre/drama'],
  ['/list', '/list'],
])('a row with %s ends with a link to %s', (href, path) => {
  const row: HomeRow = {
    id: 'r',
    title: 'Row',
    kind: 'category',
    shape: 'poster',
    items: [card('a')],
    href,
    titles: {},
  };
  const last = withSeeAllLink(row).items.at(-1);
  expect(last?.type === 'link' ? [last.path, announcement(last).join(', ')] : null).toEqual(
    path && [path, 'See all, Row'],
  );
});

test('search results are a grid of titles, or one row per kind', () => {
  const nobody = { people: [], genres: [], categories: [] };
  const titles = ['a', 'b', 'c', 'd', 'e'].map((id) => card(id));
  expect(searchResultRows({ ...nobody, items: titles }, 1304).map((row) => row.items.length)).toEqual([3, 2]);
  const results = {
    items: titles,
    people: [{ id: 'i', slug: 'i', name: 'Ines', image: face }],
    genres: [drama],
    categories: [],
  };
  expect(searchResultRows(results, 1304).map((row) => [row.title, row.shape, row.items.length])).toEqual([
    ['Titles', 'still', 5],
    ['Browse', 'link', 1],
    ['People', 'person', 1],
  ]);
  expect(searchResultRows({ ...results, items: [] }, 1304).map((row) => row.title)).toEqual(['Browse', 'People']);
  expect(searchResultRows({ ...nobody, items: [] }, 1304)).toEqual([]);
});

test('people and links are row items like titles, with text where there is no image', () => {
  const stage = new ShelfView();
  const who = castAndCrew([
    { ...credit('Ines Varga', 'actor'), person: { slug: 'i', name: 'Ines Varga', image: face } },
  ]);
  stage.setRows([
    { title: 'Cast', shape: 'person', items: [...who, ...castAndCrew([credit('Ada Lovelace', 'writer')])] },
    { title: 'Browse', shape: 'link', items: taxonomyLinks({ genres: [drama], categories: [] }) },
  ]);
  const [cast, browse] = stage.view(true);
  expect(cast?.tiles.slice(0, 2)).toMatchObject([
    { src: '/f/320.webp', placeholder: 'IV', centred: true, name: 'Ines Varga', note: 'Cast', radius: 100 },
    { src: '', placeholder: 'AL', name: 'Ada Lovelace', note: 'Screenplay' },
  ]);
  expect(browse?.tiles[0]).toMatchObject({ src: '', placeholder: 'Drama', centred: true, name: '' });
});
