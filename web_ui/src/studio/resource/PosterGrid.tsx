/** A list as posters, with the state of each title under it. */
import { useListContext } from 'react-admin';
import { Link } from 'react-router-dom';
import { recordLabel, type Resource, type Row } from '../api/schema';
import { fieldType } from '../fields';
import { useT } from '../i18n';
import { resourcePlural } from '../i18n/labels';
import { formatClock } from '../ui/format';
import { pictureOf, Picture } from '../ui/Picture';
import { MediaState } from './derivedColumns';
import { mainMedia, placeOf } from './place';

function FieldColumn({ name, record, resource }: { name: string; record: Row; resource: Resource }) {
  const field = resource.fields.find((f) => f.name === name);
  if (!field) return null;
  const { Column } = fieldType(field.type);
  return <Column field={field} resource={resource} record={record} value={record[name]} />;
}

function Card({ record, resource, selectable }: { record: Row; resource: Resource; selectable: boolean }) {
  const t = useT();
  const { selectedIds = [], onToggleItem } = useListContext<Row>();
  const name = recordLabel(resource, record);
  const media = mainMedia(record);
  return (
    <li className={`poster-card ${selectedIds.includes(record.id) ? 'selected' : ''}`}>
      <Link to={`/${resource.plural}/${record.id}/show`} className="still-card">
        <span className="still-frame">
          <Picture src={pictureOf(record, 'poster')} seed={record.id} shape="poster" />
          {media?.duration_s ? <span className="badge num">{formatClock(media.duration_s)}</span> : null}
        </span>
        <span className="name" dir="auto">
          {name}
        </span>
        <span className="muted poster-place" dir="auto">
          {placeOf(record) || <FieldColumn name="kind" record={record} resource={resource} />}
        </span>
      </Link>
      <span className="poster-states">
        <FieldColumn name="status" record={record} resource={resource} />
        {resource.name === 'content' && media?.state !== 'ready' && <MediaState record={record} />}
      </span>
      {selectable && (
        <input
          type="checkbox"
          className="poster-tick"
          aria-label={t('list.select', { name })}
          checked={selectedIds.includes(record.id)}
          onChange={() => onToggleItem(record.id)}
        />
      )}
    </li>
  );
}

export function PosterGrid({ resource, selectable }: { resource: Resource; selectable: boolean }) {
  const { data = [] } = useListContext<Row>();
  return (
    <div className="table-wrap poster-wrap" tabIndex={0} role="region" aria-label={resourcePlural(resource)}>
      <ul className="stills poster-grid">
        {data.map((record) => (
          <Card key={record.id} record={record} resource={resource} selectable={selectable} />
        ))}
      </ul>
    </div>
  );
}
