import { describe, expect, it } from 'vitest';
import { withChange } from '../../src/site/live/mediaEvents';
import { neighbour, nearest } from '../../src/site/nav/arrowKeys';
import { appendPage } from '../../src/site/pages/Listing';
import { titlesByCredit } from '../../src/site/pages/Person';
import { nextEpisode } from '../../src/site/pages/Series';
import { initials } from '../../src/site/components/PlaceholderArt';
import { pictureFor, bestShape } from '../../src/site/components/Card';
import { rowTitle } from '../../src/site/components/Carousel';
import { embedCode } from '../../src/site/components/embedCode';
import { isShownWhole, pictureUrl, srcset } from '../../src/site/components/pictureSources';
import { withSearch } from '../../src/site/recentSearches';
import { currentChapterIndex } from '../../src/site/watch/chapters';
import { card, picture } from './card';

describe('images', () => {
  it('have a srcset of the available widths', () => {
    const one = picture(1280, 720, [640, 160, 1280, 160]);
    expect(srcset(one, 'avif')).toBe(
      '/images/a/x/1/160.avif 160w, /images/a/x/1/640.avif 640w, /images/a/x/1/1280.avif 1280w',
    );
    expect([pictureUrl(one, 'jpg'), pictureUrl(one, 'jpg', 5000), pictureUrl(picture(9, 9, []), 'jpg')]).toEqual([
      '/images/a/x/1/640.jpg',
      '/images/a/x/1/1280.jpg',
      null,
    ]);
  });
  it('are letterboxed where cropping would cut off the title', () => {
    const square = picture(640, 640, []);
    expect([
      isShownWhole(square, 2 / 3),
      isShownWhole(square, 1),
      isShownWhole(picture(1280, 720, []), 2 / 3),
      isShownWhole(picture(640, 960, []), 16 / 9),
    ]).toEqual([true, false, false, true]);
  });
  it('are chosen by the closest aspect ratio', () => {
    const [poster, still] = [picture(640, 960, []), picture(1280, 720, [])];
    const images = { poster: null, still: null, square: null, backdrop: null };
    expect(pictureFor({ images: { ...images, poster, still } }, 'poster')).toBe(poster);
    expect(pictureFor({ images: { ...images, still } }, 'poster')).toBe(still);
    expect(pictureFor({ images }, 'still')).toBeNull();
    expect(
      bestShape([
        card({ images: { ...images, still } }),
        card({ images: { ...images, poster } }),
        card({ images: { ...images, poster } }),
      ]),
    ).toBe('poster');
    expect(bestShape([card()])).toBe('still');
  });
  it('of people without a portrait are initials', () => {
    expect([initials('Ida Brandt'), initials('Şahin'), initials('Jean de la Fontaine'), initials('—')]).toEqual([
      'IB',
      'Ş',
      'JF',
      '',
    ]);
  });
});

describe('arrow keys', () => {
  const box = (left: number, top: number) => ({ left, top, right: left + 100, bottom: top + 100 });
  const boxes = [box(0, 200), box(120, 200), box(240, 210), box(120, 400)];
  it('move to the nearest element of the next row', () => {
    expect(nearest(box(130, 0), boxes, 'ArrowDown')).toBe(1);
    expect(nearest(box(250, 0), boxes, 'ArrowDown')).toBe(2);
    expect(nearest(box(0, 300), boxes, 'ArrowUp')).toBe(0);
    expect(nearest(box(0, 600), boxes, 'ArrowDown')).toBe(-1);
  });
  it('stop at the ends of a row', () => {
    expect([neighbour(0, 3, 'ArrowLeft'), neighbour(0, 3, 'ArrowRight'), neighbour(2, 3, 'ArrowRight')]).toEqual([
      -1, 1, -1,
    ]);
  });
});

describe('the next episode', () => {
  const episode = (id: string, seen = 0) => ({
    ...card({ id, progress: seen ? { position_s: seen, duration_s: 100 } : null }),
    synopsis: '',
    episode_number: 1,
  });
  const season = (number: number, ...episodes: ReturnType<typeof episode>[]) => ({ number, title: '', episodes });
  const next = (...seasons: ReturnType<typeof season>[]) => {
    const n = nextEpisode(seasons);
    return n && [n.episode.id, n.season, n.isFirst];
  };
  it('is the one in progress, else the one after the last watched, else the first', () => {
    expect(next(season(1, episode('a', 99), episode('b', 40)), season(2, episode('c')))).toEqual(['b', 0, false]);
    expect(next(season(1, episode('a', 99), episode('b', 99)), season(2, episode('c')))).toEqual(['c', 1, false]);
    expect(next(season(1, episode('a'), episode('b')))).toEqual(['a', 0, true]);
    expect(next(season(1))).toBeNull();
  });
});

it('groups the credits of a person by title', () => {
  const [a, b] = [card({ id: 'a' }), card({ id: 'b' })];
  const grouped = titlesByCredit([
    { role: 'director', character: '', title: a },
    { role: 'actor', character: 'Iris', title: b },
    { role: 'writer', character: '', title: a },
  ]);
  expect(grouped.map(({ title, roles }) => [title.id, roles])).toEqual([
    ['a', ['Director', 'Screenplay']],
    ['b', ['Iris']],
  ]);
});

it('appends the next page without duplicates', () => {
  const page = (ids: string[], next: string | null) => ({
    title: 'Drama',
    description: '',
    items: ids.map((id) => card({ id })),
    next,
  });
  const whole = appendPage(page(['a', 'b'], '2'), page(['b', 'c'], '4'));
  expect([whole.items.map(({ id }) => id), whole.next]).toEqual([['a', 'b', 'c'], '4']);
  expect(appendPage(page(['a'], '2'), page(['b'], '2')).next).toBeNull();
});

it('merges the newest media change into a card', () => {
  const change = {
    state: 'encoding' as const,
    playable: true,
    progress: { percent: 5, speed: 2, eta_s: 9, stage: 'encode' },
  };
  expect(withChange(card({ state: 'waiting', playable: false }), change)).toEqual({
    state: 'encoding',
    playable: true,
    progress: change.progress,
  });
  expect(withChange(card(), change)).toEqual({ state: 'ready', playable: true, progress: null });
  expect(withChange(card({ state: 'encoding' }), undefined)).toEqual({
    state: 'encoding',
    playable: true,
    progress: null,
  });
});

it('keeps recent searches, newest first', () => {
  expect(withSearch(['ferry', 'ice'], 'Ice cream')).toEqual(['Ice cream', 'ferry']);
  expect(withSearch(['ferry'], 'x')).toEqual(['ferry']);
  expect(
    withSearch(
      Array.from({ length: 9 }, (_, i) => `word ${i}`),
      'new',
    ),
  ).toHaveLength(8);
});

it('finds the current chapter', () => {
  const chapters = [
    { start: 0, title: 'a' },
    { start: 60, title: 'b' },
  ];
  expect([currentChapterIndex(chapters, 10), currentChapterIndex(chapters, 60), currentChapterIndex([], 5)]).toEqual([
    0, 1, -1,
  ]);
});

it('generates the embed code', () => {
  expect(embedCode('https://a.example/embed/c1', 'A "B" <c>')).toBe(
    '<iframe src="https://a.example/embed/c1" width="1280" height="720" title="A &quot;B&quot; &lt;c&gt;" ' +
      'style="border:0;max-width:100%" ' +
      'allow="autoplay; fullscreen; picture-in-picture; encrypted-media" allowfullscreen loading="lazy"></iframe>',
  );
  expect(embedCode('https://a.example/embed/c1', 'x', true)).toContain('?skin=audio" width="720" height="140"');
});

describe('the title of a row', () => {
  it.each([
    [{ kind: 'new', title: '' }, 'New'],
    [{ kind: 'popular', title: '' }, 'Most watched'],
    [{ kind: 'genre', title: 'Drama' }, 'Drama'],
    [{ kind: 'new', title: 'Frisch', titles: { de: 'Frisch' } }, 'Frisch'],
    [{ kind: 'new', title: 'Fresh', titles: { de: 'Frisch', en: 'Fresh' } }, 'Fresh'],
  ] as const)('%o is “%s”', (row, title) => expect(rowTitle(row)).toBe(title));
});
