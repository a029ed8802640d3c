/** The columns of a table with their fields, and what an import would do. */
import { useT } from '../i18n';
import { resourcePlural } from '../i18n/labels';
import { useSchema } from '../SchemaContext';
import { Button, Section, StatusBadge } from '../ui/components';
import { FailureList } from './FailureList';
import { chosen, hasKey, type Mapping, type Preview } from './metadataImport';

const TONES = { create: 'ready', update: 'accent', error: 'danger' } as const;

interface Props {
  preview: Preview;
  mapping: Mapping;
  labels: Record<string, string>;
  create: boolean;
  busy: boolean;
  onMap: (mapping: Mapping) => void;
  onCreate: (create: boolean) => void;
  onImport: () => void;
}

export function ImportPreview({ preview, mapping, labels, create, busy, onMap, onCreate, onImport }: Props) {
  const t = useT();
  const schema = useSchema();
  const importable = preview.create + preview.update;
  const missing = Object.entries(preview.missing);
  return (
    <>
      <Section title={t('metadata.columns')} count={preview.columns.length}>
        <ul className="rows">
          {preview.columns.map((column) => (
            <li key={column.name} className="import-column">
              <span className="run-words grow">
                <span className="name" dir="auto">
                  {column.name}
                </span>
                <span className="muted" dir="auto">
                  {column.example}
                </span>
              </span>
              <select
                className="control"
                aria-label={t('metadata.field_of', { name: column.name })}
                value={mapping[column.name] ?? ''}
                onChange={(e) => onMap(chosen(mapping, column.name, e.target.value))}
              >
                <option value="">{t('metadata.not_imported')}</option>
                {preview.targets.map((target) => (
                  <option key={target.name} value={target.name}>
                    {labels[target.name] ?? target.label}
                  </option>
                ))}
              </select>
            </li>
          ))}
        </ul>
        {!hasKey(mapping) && <p className="danger quiet-line">{t('metadata.no_key')}</p>}
      </Section>
      {hasKey(mapping) && (
        <Section
          title={t('metadata.preview')}
          action={
            <Button kind="primary" busy={busy} disabled={importable === 0} onClick={onImport}>
              {t('metadata.start', { smart_count: importable })}
            </Button>
          }
        >
          <p className="import-counts" role="status" data-testid="import-counts">
            {t('metadata.counts', { create: preview.create, update: preview.update, failed: preview.failed })}
          </p>
          <label className="check">
            <input type="checkbox" checked={create} onChange={(e) => onCreate(e.target.checked)} />
            <span>{t('metadata.create_missing')}</span>
          </label>
          {missing.map(([name, { count, names }]) => (
            <p key={name} className="field-help">
              {t('metadata.new_records', { name: resourcePlural(schema.find(name)!), smart_count: count })}{' '}
              {names.slice(0, 12).join(', ')}
              {count > 12 && ' …'}
            </p>
          ))}
          <ul className="rows">
            {preview.rows.map((row) => (
              <li key={row.line} className="import-row">
                <span className="muted num">{t('metadata.line', { line: row.line })}</span>
                <span className="name grow" dir="auto">
                  {row.title}
                  {row.year ? <span className="muted num"> {row.year}</span> : null}
                </span>
                <StatusBadge tone={TONES[row.action]}>{t(`metadata.action.${row.action}`)}</StatusBadge>
              </li>
            ))}
          </ul>
          {preview.total > preview.rows.length && preview.rows.length > 0 && (
            <p className="field-help">
              {t('metadata.more_rows', { smart_count: preview.total - preview.rows.length })}
            </p>
          )}
        </Section>
      )}
      <FailureList failures={preview.failures} />
    </>
  );
}
