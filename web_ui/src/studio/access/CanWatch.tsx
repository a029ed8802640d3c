/** “Can this viewer watch this title?”: why, step by step, and a button that plays it as the viewer would. */
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useNotify } from 'react-admin';
import { Link } from 'react-router-dom';
import { recordLabel, type Row } from '../api/schema';
import { COUNTRIES } from '../fields/regions/countries';
import { ReferencePicker } from '../fields/reference/ReferencePicker';
import { useT } from '../i18n';
import { useSchema } from '../SchemaContext';
import { Button, Icon } from '../ui/components';
import { Dialog } from '../ui/Dialog';
import { countryName } from '../ui/format';
import { CircleCheck, CircleX, Info, Play } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import {
  type CoveringGrant,
  explanationOf,
  grantWords,
  playAs,
  sentenceOf,
  type Explanation,
  type Question,
} from './canWatch';

const ICONS = { passed: CircleCheck, refused: CircleX, note: Info } as const;

interface Sides {
  viewer?: Row;
  title?: Row;
}

/** One of the sides is given; the other is chosen in the dialog. */
export function CanWatch({ viewer, title }: Sides) {
  const t = useT();
  const schema = useSchema();
  const [open, setOpen] = useState(false);
  if (!schema.find(viewer ? 'content' : 'users')?.verbs.includes('list')) return null;
  return (
    <>
      <Button small kind="quiet" onClick={() => setOpen(true)}>
        {t(viewer ? 'can_watch.ask_viewer' : 'can_watch.ask_title')}
      </Button>
      {open && (
        <CanWatchDialog {...(viewer ? { viewer } : {})} {...(title ? { title } : {})} close={() => setOpen(false)} />
      )}
    </>
  );
}

function CanWatchDialog({ viewer, title, close }: Sides & { close: () => void }) {
  const t = useT();
  const id = useId();
  const schema = useSchema();
  const picked = schema.find(viewer ? 'content' : 'users')!;
  const given = schema.find(viewer ? 'users' : 'content')!;
  const [other, setOther] = useState<Row | null>(null);
  const [profile, setProfile] = useState('');
  const [country, setCountry] = useState('');
  const question: Question = {
    viewer: (viewer ?? other)?.id ?? '',
    title: (title ?? other)?.id ?? '',
    profile,
    country,
  };
  const { data, error, refetch } = useQuery({
    queryKey: ['can-watch', question],
    queryFn: ({ signal }) => explanationOf(question, signal),
    enabled: other !== null,
    placeholderData: (before) => before,
    staleTime: 0,
    retry: false,
  });
  const explanation = other === null || error ? undefined : data;
  const name = recordLabel(given, (viewer ?? title)!);
  const inRegions = country !== '' || explanation?.steps.some((s) => s.name === 'region' && s.state === 'note');
  return (
    <Dialog open title={t(viewer ? 'can_watch.title_viewer' : 'can_watch.title_title', { name })} onClose={close}>
      <div className="dialog-body stack">
        <div className="layout-title">
          <label htmlFor={id}>{t(viewer ? 'can_watch.title' : 'can_watch.viewer')}</label>
          <ReferencePicker
            id={id}
            resource={picked}
            value={other}
            onChange={(row) => {
              setOther(row);
              if (!viewer) setProfile('');
            }}
            autoFocus
            creatable={false}
          />
        </div>
        {explanation && explanation.profiles.length > 0 && (
          <Choice label={t('can_watch.profile')} value={profile} onChange={setProfile}>
            <option value="">{t('can_watch.main')}</option>
            {explanation.profiles.map((p) => (
              <option key={p.id} value={p.id}>
                {p.max_age === null ? p.name : t('can_watch.max_age', { name: p.name, limit: p.max_age })}
              </option>
            ))}
          </Choice>
        )}
        {inRegions && (
          <Choice label={t('can_watch.country')} value={country} onChange={setCountry}>
            <option value="">{t('can_watch.no_country')}</option>
            {COUNTRIES.map((code) => (
              <option key={code} value={code}>
                {countryName(code)}
              </option>
            ))}
          </Choice>
        )}
        {error && <ProblemNotice error={error} retry={() => void refetch()} />}
        {explanation && <Answer explanation={explanation} />}
      </div>
      <footer className="dialog-foot">
        <Button onClick={close}>{t('close')}</Button>
        {explanation?.allowed && <PlayButton question={question} name={explanation.viewer.name} />}
      </footer>
    </Dialog>
  );
}

function Choice({
  label,
  value,
  onChange,
  children,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: React.ReactNode;
}) {
  const id = useId();
  return (
    <div className="layout-title">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="control" value={value} onChange={(e) => onChange(e.target.value)}>
        {children}
      </select>
    </div>
  );
}

function Answer({ explanation }: { explanation: Explanation }) {
  const t = useT();
  const { allowed, viewer, steps } = explanation;
  return (
    <>
      <p role="status">
        <b dir="auto">{t(allowed ? 'can_watch.yes' : 'can_watch.no', { name: viewer.name })}</b>
      </p>
      <ul className="can-watch" data-testid="can-watch">
        {steps.map((step) => (
          <li key={step.name} data-state={step.state}>
            <Icon icon={ICONS[step.state]} />
            <span>
              <span className="sr">{t(`can_watch.${step.state}`)} </span>
              {sentenceOf(step, t)}
              {step.name === 'grants' && explanation.grants.length > 0 && <Grants grants={explanation.grants} />}
            </span>
          </li>
        ))}
      </ul>
      {allowed && <p className="muted">{t('can_watch.play_why', { name: viewer.name })}</p>}
    </>
  );
}

function Grants({ grants }: { grants: readonly CoveringGrant[] }) {
  const t = useT();
  return (
    <ul>
      {grants.map((grant) => (
        <li key={grant.id}>
          <Link className="link" to={`/grants/${grant.id}/show`} dir="auto">
            {grant.reason || t('can_watch.grant')}
          </Link>
          <span className="muted"> · {grantWords(grant, t).join(' · ')}</span>
        </li>
      ))}
    </ul>
  );
}

function PlayButton({ question, name }: { question: Question; name: string }) {
  const t = useT();
  const notify = useNotify();
  const [busy, setBusy] = useState(false);
  const play = async () => {
    // Opened at the click: browsers block windows that are opened later.
    const tab = window.open('about:blank', '_blank');
    setBusy(true);
    try {
      const link = await playAs(question);
      if (tab) {
        tab.opener = null;
        tab.location.replace(link);
      } else location.assign(link);
    } catch (error) {
      tab?.close();
      notify((error as Error).message, { type: 'error' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button kind="primary" icon={Play} busy={busy} onClick={() => void play()}>
      {t('can_watch.play', { name })}
    </Button>
  );
}
