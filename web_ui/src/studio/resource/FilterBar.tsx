/** Search and filters. Each filter is a chip that opens an editor and can be removed. */
import Popover from '@mui/material/Popover';
import { useEffect, useState } from 'react';
import { useListContext } from 'react-admin';
import type { Field, Operator, Resource } from '../api/schema';
import { useReferencedRecords } from '../fields/reference/useReferences';
import { recordLabel } from '../api/schema';
import { useT } from '../i18n';
import { fieldLabel, optionLabel, resourcePlural } from '../i18n/labels';
import { useSchema } from '../SchemaContext';
import { formatDateTime } from '../ui/format';
import { ListFilter, Search, X } from '../ui/lucide';
import { Button, Icon } from '../ui/components';
import { activeFilters, filterable, firstOperator, withFilter, withoutFilter, type Filter } from './filters';
import { FilterValue } from './FilterValue';

function useValueLabel(f: Filter): string {
  const t = useT();
  const target = useSchema().find(f.field.resource ?? '');
  const reference = f.operator !== 'null' && target !== undefined && typeof f.value === 'string';
  const [row] = useReferencedRecords(reference ? target : undefined, reference ? [f.value as string] : []);
  if (f.operator === 'null') return f.value === 'true' ? t('filter.is_empty') : t('filter.is_not_empty');
  if (row) return recordLabel(target, row);
  const text = String(f.value);
  if (f.field.type === 'boolean') return text === 'true' ? t('yes') : t('no');
  if (f.field.type === 'moment') return formatDateTime(text);
  return text
    .split(',')
    .map((v) => {
      const o = f.field.options?.find((x) => x.value === v);
      return o ? optionLabel(f.field, o) : v;
    })
    .join(', ');
}

function FilterChip({
  filter,
  resource,
  onOpen,
  onRemove,
}: {
  filter: Filter;
  resource: Resource;
  onOpen: (e: React.MouseEvent<HTMLElement>) => void;
  onRemove: () => void;
}) {
  const t = useT();
  const name = fieldLabel(filter.field, resource);
  const valueLabel = useValueLabel(filter);
  return (
    <span className="filter-chip">
      <button type="button" onClick={onOpen}>
        {name} <span className="muted">{filter.operator === 'null' ? '' : t(`operator.${filter.operator}`)}</span>{' '}
        <b>{valueLabel}</b>
      </button>
      <button type="button" aria-label={t('filter.remove', { name })} onClick={onRemove}>
        <Icon icon={X} size={14} />
      </button>
    </span>
  );
}

interface Draft {
  anchor: HTMLElement;
  field: Field;
  operator: Operator;
  value: unknown;
  replaces?: string;
}

export function FilterBar({ resource }: { resource: Resource }) {
  const t = useT();
  const { filterValues, setFilters } = useListContext();
  const values = filterValues as Record<string, unknown>;
  const [typed, setTyped] = useState(String(values.q ?? ''));
  const [draft, setDraft] = useState<Draft | null>(null);
  const fields = filterable(resource);
  useEffect(() => {
    if (typed === String(values.q ?? '')) return undefined;
    const timer = window.setTimeout(
      () => setFilters(typed ? { ...values, q: typed } : withoutFilter(values, 'q')),
      250,
    );
    return () => window.clearTimeout(timer);
  }, [typed]);
  const open = (anchor: HTMLElement, field: Field, filter?: Filter) => {
    const operator = filter?.operator ?? firstOperator(field);
    setDraft({
      anchor,
      field,
      operator,
      value: filter?.value ?? (field.type === 'boolean' || operator === 'null' ? 'true' : ''),
      ...(filter ? { replaces: filter.key } : {}),
    });
  };
  const apply = () => {
    if (!draft) return;
    const rest = draft.replaces ? withoutFilter(values, draft.replaces) : values;
    setFilters(draft.value === '' ? rest : withFilter(rest, draft.field, draft.operator, draft.value));
    setDraft(null);
  };
  return (
    <div className="filters">
      {resource.search && (
        <div className="search">
          <Icon icon={Search} />
          <input
            type="search"
            value={typed}
            onChange={(e) => setTyped(e.target.value)}
            placeholder={t('list.search')}
            aria-label={t('list.search_in', { name: resourcePlural(resource) })}
            data-search=""
          />
        </div>
      )}
      {fields.length > 0 && (
        <Button
          kind="quiet"
          icon={ListFilter}
          onClick={(e) => open(e.currentTarget, fields.find((f) => f.type === 'choice') ?? fields[0]!)}
        >
          {t('filter.add')}
        </Button>
      )}
      {activeFilters(resource, values).map((f) => (
        <FilterChip
          key={f.key}
          filter={f}
          resource={resource}
          onOpen={(e) => open(e.currentTarget, f.field, f)}
          onRemove={() => setFilters(withoutFilter(values, f.key))}
        />
      ))}
      <Popover
        open={draft !== null}
        anchorEl={draft?.anchor ?? null}
        onClose={() => setDraft(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
      >
        {draft && (
          <form
            className="filter-form"
            onSubmit={(e) => {
              e.preventDefault();
              apply();
            }}
          >
            <select
              className="control"
              aria-label={t('filter.field')}
              value={draft.field.name}
              onChange={(e) => open(draft.anchor, fields.find((f) => f.name === e.target.value)!)}
            >
              {fields.map((f) => (
                <option key={f.name} value={f.name}>
                  {fieldLabel(f, resource)}
                </option>
              ))}
            </select>
            <select
              className="control"
              aria-label={t('filter.operator')}
              value={draft.operator}
              onChange={(e) =>
                setDraft({
                  ...draft,
                  operator: e.target.value as Operator,
                  value: e.target.value === 'null' ? 'true' : draft.operator === 'null' ? '' : draft.value,
                })
              }
            >
              {draft.field.filter!.map((o) => (
                <option key={o} value={o}>
                  {t(`operator.${o}`)}
                </option>
              ))}
            </select>
            <FilterValue
              field={draft.field}
              operator={draft.operator}
              value={draft.value}
              onChange={(value) => setDraft({ ...draft, value })}
            />
            <button type="submit" className="btn btn-primary">
              {t('filter.apply')}
            </button>
          </form>
        )}
      </Popover>
    </div>
  );
}
