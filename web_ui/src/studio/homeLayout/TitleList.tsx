/** Titles in an order: added by search, moved by dragging or with the arrow keys, and removed. */
import { useState } from 'react';
import { recordLabel, type Row } from '../api/schema';
import { ReferencePicker } from '../fields/reference/ReferencePicker';
import { useReferencedRecords } from '../fields/reference/useReferences';
import { useT } from '../i18n';
import { useSchema } from '../SchemaContext';
import { Icon, IconButton, StatusBadge } from '../ui/components';
import { GripVertical, X } from '../ui/lucide';
import { pictureOf, Picture } from '../ui/Picture';
import { moved, useReorder } from '../ui/useReorder';
import { filmState, TONES } from '../workbench/filmState';

interface Props {
  ids: string[];
  max: number;
  label: string;
  onChange: (ids: string[]) => void;
}

export function TitleList({ ids, max, label, onChange }: Props) {
  const t = useT();
  const content = useSchema().find('content')!;
  const records = useReferencedRecords(content, ids);
  const [announcement, announce] = useState('');
  const nameOf = (row: Row | undefined) =>
    row?.loading ? '…' : row?.title ? recordLabel(content, row) : t('layout.deleted');
  const { list, handle, rowClass } = useReorder(ids.length, (from, to) => {
    onChange(moved(ids, from, to));
    announce(t('reorder.moved', { name: nameOf(records[from]), place: to + 1, count: ids.length }));
  });
  return (
    <div className="title-list">
      <ol
        className="rows"
        aria-label={label}
        ref={(node) => {
          list.current = node;
        }}
      >
        {records.map((record, i) => {
          const name = nameOf(record);
          const state = record.status ? filmState(record) : 'published';
          return (
            <li key={record.id} className={`title-row ${rowClass(i)}`}>
              <button type="button" className="drag-handle" aria-label={t('reorder.handle', { name })} {...handle(i)}>
                <Icon icon={GripVertical} />
              </button>
              <Picture src={pictureOf(record)} seed={record.id} />
              <span className="grow title-row-words">
                <span className="name" dir="auto">
                  {name}
                </span>
                {state !== 'published' && <StatusBadge tone={TONES[state]}>{t(`film.state.${state}`)}</StatusBadge>}
              </span>
              <IconButton
                className="small"
                label={t('layout.remove', { name })}
                icon={X}
                onClick={() => onChange(ids.filter((id) => id !== record.id))}
              />
            </li>
          );
        })}
      </ol>
      {ids.length < max ? (
        <ReferencePicker
          resource={content}
          value={null}
          onChange={(row) => row && onChange([...ids, row.id])}
          exclude={ids}
          label={t('layout.add_title')}
          placeholder={t('layout.add_title')}
          clearAfter
          creatable={false}
        />
      ) : (
        <p className="muted quiet-line">{t('layout.full', { count: max })}</p>
      )}
      <p className="sr" role="status">
        {announcement}
      </p>
    </div>
  );
}
