/** Links that show a title, also a draft, to people without an account. */
import { useState } from 'react';
import { useDataProvider, useGetList, useNotify } from 'react-admin';
import type { StudioProvider } from '../api/dataProvider';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { useSchema } from '../SchemaContext';
import { Link2, Trash2 } from '../ui/lucide';
import { Button, CopyButton, IconButton, RelativeTime } from '../ui/components';

const LIFETIMES_DAYS = [1, 7, 30, 90] as const;
const DAY_MS = 86_400_000;

export function PreviewLinks({ record }: { record: Row }) {
  const t = useT();
  const notify = useNotify();
  const provider = useDataProvider<StudioProvider>();
  const resource = useSchema().find('preview_links');
  const [note, setNote] = useState('');
  const [days, setDays] = useState<number>(7);
  const [busy, setBusy] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const { data = [], refetch } = useGetList<Row>(
    'preview_links',
    {
      filter: { content: record.id },
      pagination: { page: 1, perPage: 50 },
      sort: { field: 'created_at', order: 'DESC' },
      meta: { plain: true },
    },
    { enabled: resource !== undefined, retry: false },
  );
  if (!resource?.verbs.includes('create')) return null;
  // Links of administrators who play as a viewer are not to be passed on.
  const links = data.filter((row) => !row.viewer);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      notify((error as Error).message, { type: 'error' });
    } finally {
      setBusy(false);
      await refetch();
    }
  };
  const create = () =>
    run(async () => {
      // A minute less, because the clocks of browsers and servers differ.
      const expires_at = new Date(Date.now() + days * DAY_MS - 60_000).toISOString();
      const values = { content: record.id, expires_at, ...(note.trim() ? { note: note.trim() } : {}) };
      const { data: made } = await provider.create<Row>('preview_links', { data: values as Partial<Row> });
      setLink(`${location.origin}${String(made.link)}`);
      setNote('');
    });
  return (
    <div className="preview-links">
      <h3>{t('preview.title')}</h3>
      <p className="field-help">{t('preview.why')}</p>
      <form
        className="preview-form"
        onSubmit={(e) => {
          e.preventDefault();
          void create();
        }}
      >
        <input
          className="control"
          value={note}
          maxLength={120}
          placeholder={t('preview.note')}
          aria-label={t('preview.note')}
          onChange={(e) => setNote(e.target.value)}
        />
        <select
          className="control"
          value={days}
          aria-label={t('preview.lifetime')}
          onChange={(e) => setDays(Number(e.target.value))}
        >
          {LIFETIMES_DAYS.map((n) => (
            <option key={n} value={n}>
              {t('preview.days', { smart_count: n })}
            </option>
          ))}
        </select>
        <Button type="submit" icon={Link2} busy={busy}>
          {t('preview.create')}
        </Button>
      </form>
      {link && (
        <div className="preview-new" role="status">
          <code className="mono wrap" data-testid="preview-link">
            {link}
          </code>
          <CopyButton key={link} text={link} label={t('preview.copy')} kind="primary" />
          <p className="field-help">{t('preview.once')}</p>
        </div>
      )}
      {links.length > 0 && (
        <ul className="rows">
          {links.map((row) => (
            <li key={row.id} className="preview-row">
              <span className="grow" dir="auto">
                {String(row.note || t('preview.no_note'))}
              </span>
              <span className="muted">
                {t('preview.expires')} <RelativeTime at={String(row.expires_at)} />
              </span>
              <IconButton
                className="small"
                label={t('preview.withdraw', { name: String(row.note || t('preview.no_note')) })}
                icon={Trash2}
                onClick={() =>
                  void run(async () => {
                    await provider.delete('preview_links', { id: row.id, previousData: row });
                    setLink(null);
                  })
                }
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
