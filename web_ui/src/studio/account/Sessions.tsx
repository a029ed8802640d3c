import { useQuery } from '@tanstack/react-query';
import { useNotify } from 'react-admin';
import { get, request } from '../api/http';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Button, StatusBadge, RelativeTime } from '../ui/components';

/** "Mozilla/5.0 (X11; Linux x86_64) … Chrome/131.0" → "Chrome, Linux". */
export function browserName(agent: string): string {
  const names: [RegExp, string][] = [
    [/Edg\//, 'Edge'],
    [/OPR\//, 'Opera'],
    [/Firefox\//, 'Firefox'],
    [/Chrome\/|CriOS\//, 'Chrome'],
    [/Safari\//, 'Safari'],
    [/curl\//, 'curl'],
    [/python|httpx/i, 'Python'],
  ];
  const systems: [RegExp, string][] = [
    [/iPhone|iPad/, 'iOS'],
    [/Android/, 'Android'],
    [/Windows/, 'Windows'],
    [/Mac OS/, 'macOS'],
    [/Linux/, 'Linux'],
  ];
  const parts = [names, systems].map((list) => list.find(([pattern]) => pattern.test(agent))?.[1]).filter(Boolean);
  return parts.join(', ') || agent.slice(0, 60) || '–';
}

export function Sessions({ path }: { path: string }) {
  const t = useT();
  const notify = useNotify();
  const { data, error, refetch } = useQuery({
    queryKey: ['sessions', 'own'],
    queryFn: ({ signal }) =>
      get<{ items: (Row & { current?: boolean })[] }>(`${path}?limit=50&sort=-seen_at`, { signal }),
  });
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  const end = (id: string) =>
    void request('DELETE', `${path}/${id}`).then(
      () => {
        notify(t('account.session_ended'));
        void refetch();
      },
      (problem: Error) => notify(problem.message, { type: 'error' }),
    );
  return (
    <ul className="rows">
      {(data?.items ?? []).map((s) => (
        <li key={s.id} className="session-row">
          <div className="run-words">
            <span className="name" title={String(s.agent ?? '')}>
              {[s.kind === 'device' && t('account.device'), browserName(String(s.agent ?? ''))]
                .filter(Boolean)
                .join(' · ')}
            </span>
            <span className="muted num">
              {String(s.address ?? '')} · <RelativeTime at={String(s.seen_at ?? '')} />
            </span>
          </div>
          {s.current ? (
            <StatusBadge tone="ready">{t('account.this_browser')}</StatusBadge>
          ) : (
            <Button small onClick={() => end(s.id)}>
              {t('account.end_session')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
