/** The rows of the home page: their order, titles and visibility. */
import { useState } from 'react';
import type { Row } from '../api/schema';
import { recordLabel } from '../api/schema';
import { useReferencedRecords } from '../fields/reference/useReferences';
import { LOCALES, useLocale, useT } from '../i18n';
import { useSchema } from '../SchemaContext';
import { Icon, IconButton } from '../ui/components';
import { languageName } from '../ui/format';
import { Eye, EyeOff, GripVertical, Pencil, X } from '../ui/lucide';
import { moved, useReorder, type HandleProps } from '../ui/useReorder';
import {
  changeRow,
  MAX_ROW_TITLES,
  PERSONAL_KINDS,
  RECORDS,
  withTitle,
  type Draft,
  type DraftRow,
  type LayoutRow,
} from './layout';
import { TitleList } from './TitleList';

const MAX_TITLE_LENGTH = 80;

/** The names of the records of rows, by id. */
function useRecordNames(rows: readonly LayoutRow[]): (id: string) => string {
  const schema = useSchema();
  const named = new Map<string, string>();
  const collect = (kind: keyof typeof RECORDS, records: Row[]) => {
    for (const record of records)
      named.set(record.id, record.loading ? '…' : recordLabel(schema.find(RECORDS[kind]!), record));
  };
  const ids = (kind: keyof typeof RECORDS) => rows.flatMap((r) => (r.kind === kind && r.record ? [r.record] : []));
  collect('category', useReferencedRecords(schema.find('categories'), ids('category')));
  collect('genre', useReferencedRecords(schema.find('genres'), ids('genre')));
  collect('episodes', useReferencedRecords(schema.find('series'), ids('episodes')));
  return (id) => named.get(id) ?? '…';
}

interface RowProps {
  row: DraftRow;
  usualName: string;
  name: string;
  empty: boolean;
  open: boolean;
  className: string;
  handle: HandleProps;
  onOpen: () => void;
  onChange: (values: Partial<LayoutRow>) => void;
  onRemove: () => void;
}

function RowItem({ row, usualName, name, empty, open, className, handle, onOpen, onChange, onRemove }: RowProps) {
  const t = useT();
  const isPersonal = PERSONAL_KINDS.includes(row.kind);
  const details = [name === usualName ? '' : usualName, row.record ? t(`layout.kind.${row.kind}`) : '']
    .concat(row.hidden ? t('layout.hidden') : isPersonal ? t('layout.personal') : empty ? t('layout.empty') : '')
    .filter(Boolean);
  return (
    <li className={`layout-row ${className}`} data-kind={row.kind} data-hidden={row.hidden || undefined}>
      <div className="layout-row-head">
        <button type="button" className="drag-handle" aria-label={t('reorder.handle', { name })} {...handle}>
          <Icon icon={GripVertical} />
        </button>
        <span className="grow layout-row-words">
          <span className="name" dir="auto">
            {name}
          </span>
          {details.length > 0 && <span className="muted">{details.join(' · ')}</span>}
        </span>
        <IconButton
          className="small"
          label={t(row.hidden ? 'layout.show' : 'layout.hide', { name })}
          icon={row.hidden ? EyeOff : Eye}
          onClick={() => onChange({ hidden: !row.hidden })}
        />
        <IconButton
          className="small"
          label={t('layout.edit', { name })}
          icon={Pencil}
          aria-expanded={open}
          onClick={onOpen}
        />
        <IconButton className="small" label={t('layout.remove', { name })} icon={X} onClick={onRemove} />
      </div>
      {open && (
        <div className="layout-row-body">
          {LOCALES.map(({ locale }) => (
            <label key={locale} className="layout-title">
              <span className="muted">{t('layout.title_in', { language: languageName(locale) })}</span>
              <input
                className="control"
                value={row.titles[locale] ?? ''}
                maxLength={MAX_TITLE_LENGTH}
                placeholder={row.record ? usualName : ''}
                lang={locale}
                dir="auto"
                onChange={(e) => onChange({ titles: withTitle(row.titles, locale, e.target.value) })}
              />
            </label>
          ))}
          {row.kind === 'titles' && (
            <TitleList
              ids={row.content}
              max={MAX_ROW_TITLES}
              label={name}
              onChange={(content) => onChange({ content })}
            />
          )}
        </div>
      )}
    </li>
  );
}

interface Props {
  draft: Draft;
  /** The numbers of rows that have nothing to show. */
  empty: readonly number[];
  open: string | null;
  onOpen: (key: string | null) => void;
  onChange: (draft: Draft) => void;
}

export function RowEditor({ draft, empty, open, onOpen, onChange }: Props) {
  const t = useT();
  const locale = useLocale();
  const recordName = useRecordNames(draft.rows);
  const [announcement, announce] = useState('');
  const usual = (row: LayoutRow) => (row.record ? recordName(row.record) : t(`layout.kind.${row.kind}`));
  const nameOf = (row: LayoutRow) => row.titles[locale] || Object.values(row.titles)[0] || usual(row);
  const { list, handle, rowClass } = useReorder(draft.rows.length, (from, to) => {
    announce(t('reorder.moved', { name: nameOf(draft.rows[from]!), place: to + 1, count: draft.rows.length }));
    onChange({ ...draft, rows: moved(draft.rows, from, to) });
  });
  return (
    <>
      <ol
        className="rows layout-rows"
        aria-label={t('layout.rows')}
        ref={(node) => {
          list.current = node;
        }}
      >
        {draft.rows.map((row, i) => (
          <RowItem
            key={row.key}
            row={row}
            usualName={usual(row)}
            name={nameOf(row)}
            empty={empty.includes(i)}
            open={open === row.key}
            className={rowClass(i)}
            handle={handle(i)}
            onOpen={() => onOpen(open === row.key ? null : row.key)}
            onChange={(values) => onChange(changeRow(draft, row.key, values))}
            onRemove={() => onChange({ ...draft, rows: draft.rows.filter((other) => other.key !== row.key) })}
          />
        ))}
      </ol>
      <p className="sr" role="status">
        {announcement}
      </p>
    </>
  );
}
