// Texts and paths of row items.
import type { Card } from '../../../web_ui/shared/catalogue';
import type { HomeRow } from '../../../web_ui/shared/viewerApi';
import { isCard, type CardItem, type Item } from '../focus/rowItems';
import { formatDuration, language, t, type MessageKey } from '../i18n/index';

/** "2026 · 1 h 24 min · from 12"; for a started title "2026 · 40 min left"; for a series "24 episodes". */
export function itemCaption(card: CardItem): string {
  const p = card.progress;
  const isInProgress = p !== null && p !== undefined && p.position_s > 0 && p.position_s < p.duration_s;
  const time = isInProgress
    ? t('left', { time: formatDuration(p.duration_s - p.position_s) })
    : card.duration_s !== null && card.duration_s > 0
      ? formatDuration(card.duration_s)
      : '';
  const age = card.age_rating !== null && card.age_rating > 0 ? t('from_age', { age: card.age_rating }) : '';
  const episodes = card.type === 'series' ? card.episodes : 0;
  const parts = episodes === 0 ? '' : t(episodes === 1 ? 'episodes.one' : 'episodes.many', { count: episodes });
  const facts = [card.note ?? '', card.year === null ? '' : String(card.year), time, parts, age];
  return facts.filter((x) => x !== '').join(' · ');
}

/** The texts announced for a focused item: title and caption. */
export const announcement = (item: Item): string[] =>
  [item.title, isCard(item) ? itemCaption(item) : item.note].filter((x) => x !== '');

/** Strips Markdown: the canvas shows plain text. */
export function stripMarkdown(markdown: string | null | undefined): string {
  return (markdown ?? '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(^|\s)[*_]{1,3}(\S.*?\S|\S)[*_]{1,3}(?=\W|$)/g, '$1$2')
    .replace(/^\s{0,3}(#{1,6}\s+|>\s?|[-*+]\s+)/gm, '')
    .replace(/`([^`]*)`/g, '$1')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}

/** Titles of rows that the server names only by their kind. */
const ROW_TITLES: Record<string, MessageKey> = {
  continue: 'row.continue',
  list: 'row.list',
  new: 'row.new',
  series: 'row.series',
  popular: 'row.popular',
  titles: 'row.titles',
  people: 'row.people',
};
/** The row with its title in the viewer's language. */
export const withRowTitle = (row: HomeRow): HomeRow => {
  const named = row.titles?.[language()] || row.title;
  const word = ROW_TITLES[row.kind];
  return named !== '' || word === undefined ? { ...row, title: named } : { ...row, title: t(word) };
};

/** Badges such as "4K · CC". */
export function qualityBadges(tracks: { text: string[]; heights: number[] } | null | undefined): string {
  const tallest = Math.max(0, ...(tracks?.heights ?? []));
  const size = tallest >= 2160 ? '4K' : tallest >= 720 ? 'HD' : '';
  return [size, (tracks?.text.length ?? 0) > 0 ? 'CC' : ''].filter((x) => x !== '').join(' · ');
}

/** The id for the playback endpoint. */
export const playbackId = (card: Card): string => card.watch?.split('/').pop() ?? card.media ?? card.id;

/** The route of an item. */
export function pathOf(item: Item): string {
  if (item.type === 'link') return item.path;
  if (item.type === 'person') return `/person/${item.slug}`;
  return `/${item.type === 'series' ? 'series' : 'title'}/${item.slug || item.id}`;
}
