/** Exports of the catalogue by plugins: files and feeds. */
import { useQuery } from '@tanstack/react-query';
import { useGetList } from 'react-admin';
import { get } from '../api/http';
import { recordLabel, type Row } from '../api/schema';
import { useT } from '../i18n';
import { usePageRequests } from '../panel/pageRequests';
import { PageHead } from '../resource/PageHead';
import { useSchema } from '../SchemaContext';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Download } from '../ui/lucide';
import { Bars, CopyButton, Empty, Icon, Section } from '../ui/components';

interface Export {
  name: string;
  label: string;
  description: string;
  feed: boolean;
  url: string;
}
const EXPORTS_URL = '/api/v1/dashboard/exports';

function Feeds({ feed }: { feed: Export }) {
  const t = useT();
  const series = useSchema().find('series');
  const { data = [], isPending } = useGetList<Row>(
    'series',
    { pagination: { page: 1, perPage: 100 }, sort: { field: 'title', order: 'ASC' }, meta: { plain: true } },
    { enabled: series !== undefined, retry: false },
  );
  if (isPending || !series) return null;
  if (data.length === 0) return <p className="field-help">{t('exports.no_series')}</p>;
  return (
    <ul className="rows">
      {data.map((row) => {
        const address = `${window.location.origin}${feed.url}${String(row.slug ?? row.id)}`;
        return (
          <li key={row.id} className="row export-row">
            <span className="grow">
              <strong>{recordLabel(series, row)}</strong>
              <a className="link mono" href={address} target="_blank" rel="noreferrer">
                {address}
              </a>
            </span>
            <CopyButton text={address} label={t('exports.copy')} />
          </li>
        );
      })}
    </ul>
  );
}

export function ExportsPage() {
  const t = useT();
  usePageRequests([{ name: 'panel.list', method: 'GET', url: EXPORTS_URL }]);
  const { data, error, refetch } = useQuery({
    queryKey: ['exports'],
    queryFn: () => get<{ items: Export[] }>(EXPORTS_URL),
  });
  return (
    <div className="exports-page stack wide-gap">
      <PageHead title={t('nav.exports')} />
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {!data && !error && (
        <div className="waiting" role="status" aria-label={t('loading')}>
          <Bars className="bars-wide loading" />
        </div>
      )}
      {data?.items.length === 0 && <Empty title={t('exports.none')}>{t('exports.none_why')}</Empty>}
      {data?.items.map((e) => (
        <Section
          key={e.name}
          title={e.label}
          action={
            e.feed ? null : (
              <a className="btn btn-primary" href={e.url} download>
                <Icon icon={Download} />
                {t('exports.download')}
              </a>
            )
          }
        >
          <p className="field-help">{e.description}</p>
          {e.feed && <Feeds feed={e} />}
        </Section>
      ))}
    </div>
  );
}
