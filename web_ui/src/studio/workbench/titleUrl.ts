import type { Row } from '../api/schema';

/** The page of a title on the site. Pure. */
export const titleUrl = (record: Row): string => `/title/${encodeURIComponent(String(record.slug || record.id))}`;
