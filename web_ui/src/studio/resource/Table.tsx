/** A table with a sticky header and rows of 36 px. On phones each row takes two lines. */
import { useListContext } from 'react-admin';
import { Link, useNavigate } from 'react-router-dom';
import type { Field, Resource, Row } from '../api/schema';
import { recordLabel } from '../api/schema';
import { fieldType } from '../fields';
import { useT } from '../i18n';
import { fieldLabel, resourcePlural } from '../i18n/labels';
import { ArrowDown, ArrowUp } from '../ui/lucide';
import { pictureOf, Picture } from '../ui/Picture';
import { useColumns } from './columns';
import { DerivedColumn, derivedText } from './derivedColumns';

const RESOURCES_WITH_PICTURE = new Set(['content', 'media', 'series', 'people', 'channels']);
const SHAPES = { people: 'round', series: 'square', channels: 'square' } as Record<string, 'round' | 'square'>;

function ColumnHeader({ field, resource }: { field: Field; resource: Resource }) {
  const { sort, setSort } = useListContext();
  const right = fieldType(field.type).right ? 'right' : '';
  const active = sort.field === field.name;
  const label = fieldLabel(field, resource);
  if (!field.sortable)
    return (
      <th scope="col" className={right}>
        {label}
      </th>
    );
  const next = active && sort.order === 'ASC' ? 'DESC' : 'ASC';
  return (
    <th scope="col" className={right} aria-sort={active ? (sort.order === 'ASC' ? 'ascending' : 'descending') : 'none'}>
      <button type="button" className="sort" onClick={() => setSort({ field: field.name, order: next })}>
        {label}
        {active && (sort.order === 'ASC' ? <ArrowUp size={12} aria-hidden /> : <ArrowDown size={12} aria-hidden />)}
      </button>
    </th>
  );
}

export function Table({ resource, selectable }: { resource: Resource; selectable: boolean }) {
  const t = useT();
  const navigate = useNavigate();
  const { columns } = useColumns(resource);
  const { data = [], selectedIds = [], onSelect, onToggleItem } = useListContext<Row>();
  const pageIds = data.map((r) => r.id);
  const allSelected = pageIds.length > 0 && pageIds.every((id) => selectedIds.includes(id));
  const hasPicture = RESOURCES_WITH_PICTURE.has(resource.plural);
  const link = (row: Row) => `/${resource.plural}/${row.id}/show`;
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label={resourcePlural(resource)}>
      <table className={`table ${selectable ? 'selectable' : ''}`}>
        <thead>
          <tr>
            {selectable && (
              <th scope="col" className="tick">
                <input
                  type="checkbox"
                  aria-label={t('list.select_all')}
                  checked={allSelected}
                  onChange={() =>
                    onSelect(
                      allSelected
                        ? selectedIds.filter((id) => !pageIds.includes(id))
                        : [...new Set([...selectedIds, ...pageIds])],
                    )
                  }
                />
              </th>
            )}
            {columns.map((f) => (
              <ColumnHeader key={f.name} field={f} resource={resource} />
            ))}
          </tr>
        </thead>
        <tbody>
          {data.map((row) => {
            const name = recordLabel(resource, row);
            return (
              <tr
                key={row.id}
                data-id={row.id}
                className={selectedIds.includes(row.id) ? 'selected' : ''}
                onClick={(e) => {
                  if (!(e.target as HTMLElement).closest('a, button, input, label')) navigate(link(row));
                }}
              >
                {selectable && (
                  <td className="tick">
                    <input
                      type="checkbox"
                      aria-label={t('list.select', { name })}
                      checked={selectedIds.includes(row.id)}
                      onChange={() => onToggleItem(row.id)}
                    />
                  </td>
                )}
                {columns.map((f, i) => {
                  const type = fieldType(f.type);
                  const value = f.type === 'derived' ? derivedText(f, row) : row[f.name];
                  const cell =
                    f.type === 'derived' ? (
                      <DerivedColumn field={f} record={row} />
                    ) : (
                      <type.Column field={f} resource={resource} record={row} value={value} />
                    );
                  const empty = value === null || value === undefined || value === '';
                  return (
                    <td
                      key={f.name}
                      className={[
                        type.right ? 'right' : '',
                        i === 0 ? 'first' : '',
                        empty ? 'is-empty' : '',
                        `type-${f.type}`,
                      ].join(' ')}
                      data-label={fieldLabel(f, resource)}
                    >
                      {i > 0 ? (
                        cell
                      ) : (
                        <span className="name-cell">
                          {hasPicture && (
                            <Picture
                              src={pictureOf(row, SHAPES[resource.plural] ? 'square' : 'still')}
                              seed={row.id}
                              kind={row.kind === 'audio' ? 'audio' : 'video'}
                              shape={SHAPES[resource.plural] ?? 'still'}
                            />
                          )}
                          {['reference', 'url'].includes(f.type) ? (
                            <>
                              <Link className="name name-row" to={link(row)} aria-label={t('list.open', { name })}>
                                {empty ? name : f.type === 'url' ? String(value) : t('open')}
                              </Link>
                              {f.type === 'reference' && cell}
                            </>
                          ) : (
                            <Link className="name" to={link(row)}>
                              {empty ? <span dir="auto">{name}</span> : cell}
                            </Link>
                          )}
                        </span>
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
