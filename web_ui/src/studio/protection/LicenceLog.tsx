/** The log of licences: who asked for the keys of which title, when, and the outcome. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { get } from '../api/http';
import { translate, useT } from '../i18n';
import { formatNumber } from '../ui/format';
import { TriangleAlert } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Bars, Button, Empty, RelativeTime, StatusBadge } from '../ui/components';
import { LICENCES, systemName, type Licence } from './protection';

/** Outcomes that an administrator has to do something about. The other ones are refusals. */
const FAULTS: ReadonlySet<string> = new Set([
  'failed',
  'vault_locked',
  'drm_not_configured',
  'drm_not_enabled',
  'provider_failed',
  'provider_unavailable',
  'provider_unreachable',
]);

interface Page {
  items: Licence[];
  next: number | null;
}

/** What came of a request for a licence; codes without words are shown as they are. */
export function outcomeText(outcome: string): string {
  const words = translate(`licences.outcome.${outcome}`);
  return words.startsWith('licences.outcome.') ? outcome.replaceAll('_', ' ') : words;
}

function Entry({ licence, provider }: { licence: Licence; provider: string }) {
  const t = useT();
  const { viewer } = licence;
  const isFault = FAULTS.has(licence.outcome);
  return (
    <tr>
      <td className="first">
        <span dir="auto">
          {viewer ? (viewer.name ?? <i className="muted">{t('licences.deleted')}</i>) : t('licences.visitor')}
        </span>
      </td>
      <td data-label={t('licences.title')}>
        <Link className="link" to={`/media/${licence.media}/show`} dir="auto">
          {licence.title ?? licence.media}
        </Link>
      </td>
      <td data-label={t('licences.at')}>
        <RelativeTime at={licence.at} />
      </td>
      <td data-label={t('licences.system')}>{systemName(licence.system)}</td>
      <td data-label={t('protection.provider')}>{provider || '–'}</td>
      <td data-label={t('licences.outcome')}>
        <StatusBadge
          tone={licence.outcome === 'granted' ? 'ready' : isFault ? 'danger' : 'quiet'}
          icon={isFault ? TriangleAlert : undefined}
        >
          {outcomeText(licence.outcome)}
        </StatusBadge>
      </td>
      <td data-label={t('licences.duration')} className="right num">
        {formatNumber(licence.duration_ms)} ms
      </td>
    </tr>
  );
}

export function LicenceLog({ labels }: { labels: Record<string, string> }) {
  const t = useT();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['protection', 'licences'],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam, signal }) => get<Page>(pageParam ? `${LICENCES}?before=${pageParam}` : LICENCES, { signal }),
    getNextPageParam: (page) => page.next,
  });
  if (error && !data) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (!data)
    return (
      <div className="waiting" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </div>
    );
  const licences = data.pages.flatMap((page) => page.items);
  if (licences.length === 0) return <Empty title={t('licences.empty')}>{t('licences.empty_why')}</Empty>;
  return (
    <div className="section stack">
      <p className="muted">{t('licences.why')}</p>
      <table className="table plain rows-table" data-testid="licences">
        <thead>
          <tr>
            <th>{t('licences.viewer')}</th>
            <th>{t('licences.title')}</th>
            <th>{t('licences.at')}</th>
            <th>{t('licences.system')}</th>
            <th>{t('protection.provider')}</th>
            <th>{t('licences.outcome')}</th>
            <th className="right">{t('licences.duration')}</th>
          </tr>
        </thead>
        <tbody>
          {licences.map((licence) => (
            <Entry key={licence.id} licence={licence} provider={labels[licence.provider] ?? licence.provider} />
          ))}
        </tbody>
      </table>
      {hasNextPage && (
        <div>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('webhook.more')}
          </Button>
        </div>
      )}
    </div>
  );
}
