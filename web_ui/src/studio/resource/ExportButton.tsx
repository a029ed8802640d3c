/** Exports all rows that match the filters as CSV, with the visible columns. */
import { useState } from 'react';
import { useListContext, useNotify } from 'react-admin';
import { get } from '../api/http';
import { listQuery } from '../api/query';
import type { Page } from '../api/cursors';
import type { Resource, Row } from '../api/schema';
import { useT } from '../i18n';
import { Download } from '../ui/lucide';
import { IconButton } from '../ui/components';
import { csv } from './csv';
import { useColumns } from './columns';
import { derivedText } from './derivedColumns';
import { EXPANDED } from './place';

const MAX_ROWS = 50_000;

export function ExportButton({ resource }: { resource: Resource }) {
  const t = useT();
  const notify = useNotify();
  const { columns } = useColumns(resource);
  const { filterValues, sort } = useListContext();
  const withDerived = (row: Row): Row => ({
    ...row,
    ...Object.fromEntries(columns.filter((f) => f.type === 'derived').map((f) => [f.name, derivedText(f, row)])),
  });
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      const rows: Row[] = [];
      let cursor: string | null = null;
      do {
        const query = listQuery({
          limit: 200,
          sort,
          filter: filterValues as Record<string, unknown>,
          expand: EXPANDED[resource.name] ?? [],
          cursor,
        });
        const page: Page<Row> = await get(`${resource.path}?${query}`);
        rows.push(...page.items);
        cursor = page.next;
      } while (cursor && rows.length < MAX_ROWS);
      const id = resource.fields.find((f) => f.name === 'id');
      const fields = id && !columns.includes(id) ? [id, ...columns] : columns;
      const url = URL.createObjectURL(
        new Blob(['\ufeff', csv(fields, rows.map(withDerived))], { type: 'text/csv;charset=utf-8' }),
      );
      const link = Object.assign(document.createElement('a'), {
        href: url,
        download: `${resource.plural}-${new Date().toISOString().slice(0, 10)}.csv`,
      });
      link.click();
      window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
      notify(t('list.exported', { smart_count: rows.length }));
    } catch (error) {
      notify((error as Error).message, { type: 'error' });
    } finally {
      setBusy(false);
    }
  };
  return <IconButton label={t('list.export')} icon={Download} onClick={() => void run()} disabled={busy} />;
}
