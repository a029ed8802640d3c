/** Reads what a channel has played and will play in a range of time. */
import { useQuery } from '@tanstack/react-query';
import { get } from '../api/http';
import { airingOf, type Airing, type AiringItem } from './airings';
import type { Span } from './programs';
import { HOUR } from './zone';

const DAY = 24 * HOUR;
/** The server forecasts as far as this. */
const FORECAST = 8 * DAY - HOUR;
/** Stored airings begin at most this long before they are on. */
const HORIZON = DAY;
const MAX_PAGES = 20;
const REFETCH_MS = 60_000;

interface Page {
  items: AiringItem[];
  next: number | null;
}

const CHANNELS = '/api/v1/dashboard/channels';
const moment = (instant: number): string => new Date(instant).toISOString();

export const airingsUrl = (channel: string, { starts, ends }: Span, after: number | null = null): string =>
  `${CHANNELS}/${channel}/airings?from=${moment(starts)}&to=${moment(ends)}${after === null ? '' : `&after=${after}`}`;

async function loadStored(channel: string, range: Span, signal: AbortSignal): Promise<AiringItem[]> {
  const items: AiringItem[] = [];
  let after: number | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const read: Page = await get<Page>(airingsUrl(channel, range, after), { signal });
    items.push(...read.items);
    after = read.next;
    if (after === null) break;
  }
  return items;
}

async function load(channel: string, range: Span, signal: AbortSignal): Promise<Airing[]> {
  const now = Date.now();
  const aired = { starts: range.starts, ends: Math.min(range.ends, now + HORIZON) };
  const until = Math.min(range.ends, now + FORECAST);
  const [stored, forecast] = await Promise.all([
    aired.ends > aired.starts ? loadStored(channel, aired, signal) : [],
    until > now && range.starts < until
      ? get<Page>(`${CHANNELS}/${channel}/forecast?to=${moment(until)}`, { signal }).then((page) => page.items)
      : [],
  ]);
  return [
    ...stored.map((item) => airingOf(item, true, now)),
    ...forecast.map((item) => airingOf(item, false, now)).filter((a) => a.ends > range.starts && a.starts < range.ends),
  ];
}

const NONE: readonly Airing[] = [];

export interface Airings {
  airings: readonly Airing[];
  /** False until it is read, and where it can't be: the schedule can be edited without it. */
  known: boolean;
}

export function useAirings(channel: string, range: Span): Airings {
  const { data } = useQuery({
    queryKey: ['airings', channel, range.starts, range.ends],
    enabled: channel !== '',
    retry: false,
    refetchInterval: REFETCH_MS,
    queryFn: ({ signal }) => load(channel, range, signal),
  });
  return { airings: data ?? NONE, known: data !== undefined };
}
