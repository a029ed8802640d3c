/**
 * Columns of content that are derived from several fields, because they tell rows apart: where an episode belongs, and
 * the length and the state of the main media.
 */
import type { Field, Resource, Row } from '../api/schema';
import { fieldType } from '../fields';
import { translate } from '../i18n';
import { useSchema } from '../SchemaContext';
import { formatClock } from '../ui/format';
import { mainMedia, placeOf } from './place';

const derived = (name: string, label: string): Field => ({ name, type: 'derived', label, list: true, read_only: true });
const OF_CONTENT: readonly Field[] = [
  derived('place', 'Series'),
  derived('duration', 'Length'),
  derived('media_state', 'Media'),
];

export const derivedColumns = (resource: Resource): readonly Field[] => (resource.name === 'content' ? OF_CONTENT : []);

/** The value of a derived column as text, for export. Pure. */
export function derivedText(field: Field, record: Row): string | number | null {
  if (field.name === 'place') return placeOf(record);
  const media = mainMedia(record);
  return field.name === 'duration' ? (media?.duration_s ?? null) : (media?.state ?? null);
}

export function MediaState({ record }: { record: Row }) {
  const media = useSchema().find('media');
  const field = media?.fields.find((f) => f.name === 'state');
  const state = mainMedia(record)?.state;
  if (!media || !field) return null;
  if (!state) return <span className="muted">{translate('list.no_media')}</span>;
  const { Column } = fieldType(field.type);
  return <Column field={field} resource={media} record={record} value={state} />;
}

export function DerivedColumn({ field, record }: { field: Field; record: Row }) {
  if (field.name === 'media_state') return <MediaState record={record} />;
  if (field.name === 'place') return placeOf(record) || <span className="muted">–</span>;
  const seconds = mainMedia(record)?.duration_s;
  return seconds ? <span className="num">{formatClock(seconds)}</span> : <span className="muted">–</span>;
}
