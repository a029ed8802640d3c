/** Edits the blocks of the week of a channel, or begins with a template: what the scheduler plays at which times. */
import { useState } from 'react';
import { useDataProvider, useGetList, useNotify, useRefresh } from 'react-admin';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import type { StudioProvider } from '../api/dataProvider';
import { explained } from '../api/problem';
import type { Row } from '../api/schema';
import { currentLocale, useT } from '../i18n';
import { useSchema } from '../SchemaContext';
import { Button, IconButton } from '../ui/components';
import { Dialog } from '../ui/Dialog';
import { Plus, Trash2 } from '../ui/lucide';
import { saveFields } from '../workbench/saveFields';
import {
  blocksOf,
  DAYS,
  isComplete,
  ORDERS,
  SCHEDULER,
  TEMPLATE_NAMES,
  TEMPLATES,
  withBlocks,
  type Block,
  type DayName,
  type Order,
} from './blocks';

const MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
const MAX_SOURCES = 100;

/** "Mon" */
const shortName = (day: DayName): string =>
  new Intl.DateTimeFormat(currentLocale(), { weekday: 'short', timeZone: 'UTC' }).format(
    MONDAY + DAYS.indexOf(day) * DAY_MS,
  );

interface Option {
  value: string;
  label: string;
}

function useSources(): Option[] {
  const t = useT();
  const paging = { pagination: { page: 1, perPage: MAX_SOURCES }, meta: { plain: true } };
  const { data: categories = [] } = useGetList<Row>('categories', { ...paging, sort: { field: 'name', order: 'ASC' } });
  const { data: series = [] } = useGetList<Row>('series', { ...paging, sort: { field: 'title', order: 'ASC' } });
  const option = (kind: 'category' | 'series', row: Row) => ({
    value: `${kind}:${String(row.slug)}`,
    label: t(`blocks.${kind}`, { name: String(row.name ?? row.title) }),
  });
  return [
    { value: 'all', label: t('blocks.all') },
    ...categories.filter((row) => row.slug).map((row) => option('category', row)),
    ...series.filter((row) => row.slug).map((row) => option('series', row)),
  ];
}

interface RowProps {
  block: Block;
  sources: Option[];
  onChange: (block: Block) => void;
  onRemove: () => void;
}

function BlockRow({ block, sources, onChange, onRemove }: RowProps) {
  const t = useT();
  const known = sources.some((source) => source.value === block.source);
  const toggle = (day: DayName) =>
    onChange({ ...block, days: DAYS.filter((one) => (one === day) !== block.days.includes(one)) });
  return (
    <li className="block-row">
      <fieldset className="block-days">
        <legend className="sr">{t('blocks.days')}</legend>
        {DAYS.map((day) => (
          <label key={day}>
            <input type="checkbox" checked={block.days.includes(day)} onChange={() => toggle(day)} />
            <span>{shortName(day)}</span>
          </label>
        ))}
      </fieldset>
      <span className="block-times">
        <input
          className="control num"
          type="time"
          aria-label={t('blocks.from')}
          value={block.from}
          onChange={(event) => onChange({ ...block, from: event.target.value })}
        />
        –
        <input
          className="control num"
          type="time"
          aria-label={t('blocks.to')}
          value={block.to === '24:00' ? '00:00' : block.to}
          onChange={(event) => onChange({ ...block, to: event.target.value })}
        />
      </span>
      <select
        className="control"
        aria-label={t('blocks.source')}
        value={block.source}
        onChange={(event) => onChange({ ...block, source: event.target.value })}
      >
        {!known && (
          <option value={block.source}>{block.source === 'titles' ? t('blocks.chosen') : block.source}</option>
        )}
        {sources.map((source) => (
          <option key={source.value} value={source.value}>
            {source.label}
          </option>
        ))}
      </select>
      <select
        className="control"
        aria-label={t('blocks.order')}
        value={block.order}
        onChange={(event) => onChange({ ...block, order: event.target.value as Order })}
      >
        {ORDERS.map((order) => (
          <option key={order} value={order}>
            {t(`blocks.order.${order}`)}
          </option>
        ))}
      </select>
      <IconButton label={t('blocks.remove')} icon={Trash2} onClick={onRemove} />
    </li>
  );
}

export function BlocksDialog({ channel, onClose }: { channel: Row; onClose: () => void }) {
  const t = useT();
  const notify = useNotify();
  const refresh = useRefresh();
  const client = useQueryClient();
  const provider = useDataProvider<StudioProvider>();
  const resource = useSchema().find('channel')!;
  const current = channel.scheduler === SCHEDULER ? channel.scheduler_settings : null;
  const [blocks, setBlocks] = useState<readonly Block[]>(() => blocksOf(current) ?? []);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const sources = useSources();
  const withoutTitles = !Array.isArray(channel.titles) || channel.titles.length === 0;
  const save = async () => {
    setBusy(true);
    try {
      const values = { scheduler: SCHEDULER, scheduler_settings: withBlocks(current, blocks) };
      await saveFields(provider, resource, channel, values);
      notify(t('blocks.saved'));
      refresh();
      void client.invalidateQueries({ queryKey: ['airings', channel.id] });
      onClose();
    } catch (refused) {
      setError(explained(refused));
      setBusy(false);
    }
  };
  return (
    <Dialog open title={t('blocks.title')} onClose={onClose} width="md">
      <div className="dialog-body stack">
        <p className="muted">{t('blocks.why')}</p>
        {channel.scheduler !== SCHEDULER && <p>{t('blocks.replaces', { name: String(channel.scheduler) })}</p>}
        {withoutTitles && (
          <p className="danger">
            {t('blocks.no_titles')}{' '}
            <Link className="link" to={`/channels/${encodeURIComponent(channel.id)}`}>
              {t('edit')}
            </Link>
          </p>
        )}
        <ul className="rows">
          {blocks.map((block, n) => (
            <BlockRow
              key={n}
              block={block}
              sources={sources}
              onChange={(changed) => setBlocks(blocks.map((one, m) => (m === n ? changed : one)))}
              onRemove={() => setBlocks(blocks.filter((_, m) => m !== n))}
            />
          ))}
        </ul>
        <div className="btn-row">
          <Button small icon={Plus} onClick={() => setBlocks([...blocks, TEMPLATES.evening[0]])}>
            {t('blocks.add')}
          </Button>
          {blocks.length === 0 &&
            TEMPLATE_NAMES.map((name) => (
              <Button key={name} small onClick={() => setBlocks(TEMPLATES[name])}>
                {t(`blocks.template.${name}`)}
              </Button>
            ))}
        </div>
        {error && (
          <p className="danger" role="alert">
            {error}
          </p>
        )}
      </div>
      <footer className="dialog-foot">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button
          kind="primary"
          busy={busy}
          disabled={blocks.length === 0 || !blocks.every(isComplete)}
          onClick={() => void save()}
        >
          {t('blocks.apply')}
        </Button>
      </footer>
    </Dialog>
  );
}
