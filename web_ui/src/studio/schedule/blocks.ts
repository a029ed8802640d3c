/** The settings of the scheduler `day_templates`: blocks of the week, as a form edits them. Pure. */

export const SCHEDULER = 'day_templates';
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type DayName = (typeof DAYS)[number];
export const ORDERS = ['list', 'episodes', 'shuffle'] as const;
export type Order = (typeof ORDERS)[number];

/** What a block plays: `all`, `titles` (those that were chosen), `category:SLUG` or `series:SLUG`. */
export type SourceName = string;

export interface Block {
  days: readonly DayName[];
  from: string;
  to: string;
  source: SourceName;
  order: Order;
  /** What the form does not show, such as `titles`, `seed` and `overrun`. */
  rest: Record<string, unknown>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function sourceOf({ category, series, titles }: Record<string, unknown>): SourceName {
  if (typeof category === 'string') return `category:${category}`;
  if (typeof series === 'string') return `series:${series}`;
  return titles ? 'titles' : 'all';
}

function sourceFields(source: SourceName): Record<string, unknown> {
  const at = source.indexOf(':');
  return at < 0 ? {} : { [source.slice(0, at)]: source.slice(at + 1) };
}

/** The blocks of a channel's settings; null for settings of another form. */
export function blocksOf(settings: unknown): Block[] | null {
  if (!isObject(settings) || !Array.isArray(settings.blocks)) return null;
  return settings.blocks.filter(isObject).map((block) => {
    const { days, from, to, category, series, order, ...rest } = block;
    return {
      days: Array.isArray(days) ? DAYS.filter((day) => days.includes(day)) : DAYS,
      from: String(from ?? ''),
      to: String(to ?? ''),
      source: sourceOf(block),
      order: ORDERS.find((one) => one === order) ?? 'list',
      rest,
    };
  });
}

/** Settings with other blocks; what the form does not show stays. */
export function withBlocks(settings: unknown, blocks: readonly Block[]): Record<string, unknown> {
  const old = isObject(settings) && Array.isArray(settings.blocks) ? settings : { otherwise: { order: 'shuffle' } };
  return {
    ...old,
    blocks: blocks.map(({ days, from, to, source, order, rest }) => {
      const { titles, ...others } = rest;
      return {
        ...others,
        ...(source === 'titles' ? { titles } : sourceFields(source)),
        ...(days.length < DAYS.length ? { days } : {}),
        from,
        to,
        order,
      };
    }),
  };
}

const START = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;
const END = /^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/;
export const isComplete = ({ days, from, to }: Block): boolean => days.length > 0 && START.test(from) && END.test(to);

const block = (from: string, to: string, order: Order, days: readonly DayName[] = DAYS): Block => ({
  days,
  from,
  to,
  source: 'all',
  order,
  rest: {},
});

/** Templates to begin with. */
export const TEMPLATES = {
  dayparts: [block('06:00', '12:00', 'list'), block('12:00', '18:00', 'shuffle'), block('18:00', '23:00', 'episodes')],
  evening: [block('20:15', '22:00', 'list')],
  weekend: [block('06:00', '10:00', 'shuffle', ['sat', 'sun']), block('20:15', '23:00', 'list', ['fri', 'sat'])],
} as const;
export type TemplateName = keyof typeof TEMPLATES;
export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as TemplateName[];
