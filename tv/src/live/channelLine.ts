// What a channel shows now and next, as texts for a line of the list and for the banner. Pure.
import { fractionOver, isOn } from '../../../web_ui/shared/span';
import type { ChannelCard, GuideEntry } from '../../../web_ui/shared/viewerApi';
import { language, t } from '../i18n/index';

export interface ChannelLine {
  number: string;
  name: string;
  isLive: boolean;
  /** What is on, and when: "21:15–22:00". */
  title: string;
  span: string;
  progress: number;
  next: string;
}

/** "2026-12-24T08:15:00Z" → "09:15" or "9:15 AM", in the time zone of the television. */
export const clockTime = (moment: string): string =>
  new Date(moment).toLocaleTimeString(language(), {
    hour: language() === 'de' ? '2-digit' : 'numeric',
    minute: '2-digit',
  });

export const spanLabel = (entry: GuideEntry): string => `${clockTime(entry.starts_at)}–${clockTime(entry.ends_at)}`;

/** The entry that is on, and the one that follows, although the card may be older than their change. */
export function nowAndNext(card: ChannelCard, now: number): { now: GuideEntry | null; next: GuideEntry | null } {
  if (card.next && isOn(card.next, now)) return { now: card.next, next: null };
  return {
    now: card.now && Date.parse(card.now.ends_at) > now ? card.now : null,
    next: card.next && Date.parse(card.next.starts_at) > now ? card.next : null,
  };
}

export function channelLine(card: ChannelCard, now: number): ChannelLine {
  const on = nowAndNext(card, now);
  const isLive = card.live_since !== null;
  return {
    number: String(card.number),
    name: card.name,
    isLive,
    title: on.now?.title ?? (isLive ? t('live.stream') : t('live.unknown')),
    span: on.now ? spanLabel(on.now) : '',
    progress: on.now ? fractionOver(on.now, now) : 0,
    next: on.next ? t('live.next', { time: clockTime(on.next.starts_at), title: on.next.title }) : '',
  };
}

/** As it is announced: "2 Night, Live: The Harbour". */
export function spokenLine({ number, name, isLive, title }: ChannelLine): string {
  return `${number} ${name}${isLive ? `, ${t('player.live')}` : ''}: ${title}`;
}

/** The first of `visible` rows, so that the focus is in view and near the middle. */
export function firstVisible(focus: number, count: number, visible: number): number {
  return Math.max(0, Math.min(focus - Math.floor(visible / 2), count - visible));
}
