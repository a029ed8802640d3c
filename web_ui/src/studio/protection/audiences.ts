/** What each audience gets at the page of a title, as otnet_server/playback/visibility.py decides it. Pure. */
import type { Row } from '../api/schema';

export const AUDIENCES = ['anybody', 'viewer', 'staff'] as const;
export type Audience = (typeof AUDIENCES)[number];
/** They can play it; they see its page but can't play it, or not all of them; it does not exist for them. */
export type View = 'plays' | 'page' | 'nothing';

/** Whether the title is published now, for others than the team. */
export function isOut(record: Row, now = Date.now()): boolean {
  const time = (name: string) => (typeof record[name] === 'string' ? Date.parse(record[name]) : null);
  return (
    record.status === 'published' &&
    record.visibility !== 'private' &&
    (time('published_from') ?? now) <= now &&
    now <= (time('published_until') ?? now)
  );
}

export function viewOf(audience: Audience, record: Row, now = Date.now()): View {
  if (audience === 'staff') return 'plays';
  if (!isOut(record, now)) return 'nothing';
  if (record.visibility === 'public') return 'plays';
  if (record.visibility === 'members') return audience === 'viewer' ? 'plays' : 'page';
  return 'page';
}

/** Whether the title is not available in every country. */
export function hasRegions(record: Row): boolean {
  const rule = record.regions as { mode?: string; countries?: string[] } | null | undefined;
  return rule?.mode === 'allow' || (rule?.countries?.length ?? 0) > 0;
}
