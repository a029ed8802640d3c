/** Protection of the organization: what is protected, its DRM providers, the log of licences, and live sessions. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useNotify } from 'react-admin';
import { NavLink } from 'react-router-dom';
import { PLAYBACK_SESSIONS } from '../home/overview';
import { useT } from '../i18n';
import { subscribeToMedia } from '../live/mediaEvents';
import { usePageRequests } from '../panel/pageRequests';
import { PageHead } from '../resource/PageHead';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Bars, Section } from '../ui/components';
import { Choice } from './Choice';
import { LicenceLog } from './LicenceLog';
import { LiveSessions } from './LiveSessions';
import { LICENCES, PROTECTION, protection, type Protection } from './protection';
import { ProviderCard } from './ProviderCard';
import { RotateKeys } from './RotateKeys';
import { Summary } from './Summary';

const VIEWS = { overview: '/protection', licences: '/protection/licences', sessions: '/protection/sessions' } as const;
export type ProtectionView = keyof typeof VIEWS;
const URLS: Record<ProtectionView, string> = { overview: PROTECTION, licences: LICENCES, sessions: PLAYBACK_SESSIONS };
const CHANGING_MS = 3000;
const IDLE_MS = 10_000;
const REFETCH_DELAY_MS = 1500;

/** Reads the numbers again soon after a media begins to be repackaged, or is ready. */
function useMediaChanges(refetch: () => void): void {
  useEffect(() => {
    let timer = 0;
    const states = new Map<string, unknown>();
    const stop = subscribeToMedia({
      onMedia: (media) => {
        if (states.get(media.id) === media.state) return;
        states.set(media.id, media.state);
        timer ||= window.setTimeout(() => {
          timer = 0;
          refetch();
        }, REFETCH_DELAY_MS);
      },
    });
    return () => {
      stop();
      window.clearTimeout(timer);
    };
  }, [refetch]);
}

function Overview({ data }: { data: Protection }) {
  const t = useT();
  const notify = useNotify();
  const client = useQueryClient();
  const onChange = (changed: Protection, done: string) => {
    client.setQueryData(['protection'], changed);
    notify(done);
  };
  return (
    <div className="stack wide-gap">
      <Summary counts={data.titles} />
      <Choice data={data} onChange={onChange} />
      <Section title={t('protection.accounts')}>
        {data.providers.map((provider) => (
          <ProviderCard
            key={provider.name}
            provider={provider}
            chosen={provider.name === data.provider}
            onChange={onChange}
          />
        ))}
        <p className="muted quiet-line">{t('protection.more_providers')}</p>
      </Section>
      <RotateKeys />
    </div>
  );
}

export function ProtectionPage({ view }: { view: ProtectionView }) {
  const t = useT();
  usePageRequests([{ name: 'panel.get', method: 'GET', url: URLS[view] }]);
  const { data, error, refetch } = useQuery({
    queryKey: ['protection'],
    queryFn: ({ signal }) => protection.read(signal),
    refetchInterval: (query) => ((query.state.data?.titles.changing ?? 0) > 0 ? CHANGING_MS : IDLE_MS),
  });
  useMediaChanges(refetch as () => void);
  const body = () => {
    if (error && !data) return <ProblemNotice error={error} retry={() => void refetch()} />;
    if (!data)
      return (
        <div className="waiting" role="status" aria-label={t('loading')}>
          <Bars className="bars-wide loading" />
        </div>
      );
    if (view === 'licences')
      return <LicenceLog labels={Object.fromEntries(data.providers.map((p) => [p.name, p.label]))} />;
    return view === 'sessions' ? <LiveSessions /> : <Overview data={data} />;
  };
  return (
    <div className="protection-page">
      <PageHead title={t('protection.page')} />
      <nav className="tabs" aria-label={t('protection.page')}>
        {(Object.keys(VIEWS) as ProtectionView[]).map((name) => (
          <NavLink key={name} to={VIEWS[name]} end>
            {t(`protection.view.${name}`)}
          </NavLink>
        ))}
      </nav>
      {body()}
    </div>
  );
}
