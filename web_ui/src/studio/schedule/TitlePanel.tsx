/** Titles to put into the schedule: dragged onto the ruler, or added at the next free time. */
import { useState, type PointerEvent } from 'react';
import { recordLabel, type Row } from '../api/schema';
import { useReferenceSearch } from '../fields/reference/useReferences';
import { useT } from '../i18n';
import { useSchema } from '../SchemaContext';
import { Icon, IconButton } from '../ui/components';
import { formatSpan } from '../ui/format';
import { GripVertical, Plus } from '../ui/lucide';
import { pictureOf, Picture } from '../ui/Picture';
import { titleDuration } from './programs';
import { MINUTE } from './zone';
import type { DraggedTitle, DragSource } from './useRulerDrag';

/** The length that a title without media is dragged with. */
const UNKNOWN_DURATION = 30 * MINUTE;

export function TitlePanel({
  onDragStart,
  onAdd,
}: {
  onDragStart: (event: PointerEvent, source: DragSource) => void;
  onAdd: (content: Row) => void;
}) {
  const t = useT();
  const resource = useSchema().find('content')!;
  const [query, setQuery] = useState('');
  const { matches, loading } = useReferenceSearch(resource, query, true);
  return (
    <aside className="title-panel" aria-label={t('schedule.titles')}>
      <input
        type="search"
        className="control"
        value={query}
        placeholder={t('schedule.search')}
        aria-label={t('schedule.search')}
        onChange={(e) => setQuery(e.target.value)}
      />
      <ul className="rows" aria-busy={loading}>
        {matches.map((content) => {
          const name = recordLabel(resource, content);
          const duration = titleDuration(content);
          const title: DraggedTitle = { id: content.id, title: name, duration: duration ?? UNKNOWN_DURATION };
          return (
            <li key={content.id} onPointerDown={(event) => onDragStart(event, { kind: 'new', title })}>
              <Icon icon={GripVertical} />
              <Picture src={pictureOf(content, 'poster')} seed={content.id} shape="poster" />
              <span className="grow title-panel-words">
                <span dir="auto">{name}</span>
                <span className="muted num">
                  {duration ? formatSpan(duration / 1000) : t('schedule.unknown_length')}
                </span>
              </span>
              <IconButton
                className="small"
                label={t('schedule.add_title', { name })}
                icon={Plus}
                onPointerDown={(event) => event.stopPropagation()}
                onClick={() => onAdd(content)}
              />
            </li>
          );
        })}
      </ul>
      {!loading && matches.length === 0 && <p className="muted quiet-line">{t('pick.none')}</p>}
      <p className="muted title-panel-hint">{t('schedule.drag_hint')}</p>
    </aside>
  );
}
