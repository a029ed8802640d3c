/** Account, signed-in devices, and settings of this device. */
import { LogOut } from 'lucide';
import { useState } from 'preact/hooks';
import { send } from '../api/http';
import { Problem } from '../../../shared/problem';
import { revalidate, useCachedGet } from '../api/cache';
import { currentLanguage, t } from '../i18n';
import { navigate } from '../nav/clientNavigation';
import { TextField, FormProblem, SubmitButton, useSubmit } from '../components/form';
import { Icon } from '../components/Icon';
import { ProblemNotice } from '../components/ProblemNotice';
import { Page } from '../components/Page';
import { changeAccount, changePassword, removeAccount, signOut, useSite } from '../session';
import type { SiteInfo } from '../../../shared/viewerApi';
import { relativeTime } from '../../../shared/time';
import { deviceName } from '../labels';
import { IncludedTitles, PlayingNow } from './AccountAccess';
import { DeviceSettings } from './DeviceSettings';
import { ProfileManagement } from './ProfileManagement';

const SESSIONS = '/api/v1/dashboard/sessions';

export function Profile() {
  const { site, problem, reload } = useSite();
  const user = site?.user ?? null;
  const limited = (user?.profile.max_age ?? null) !== null;
  return (
    <Page
      title={t(user ? 'profile.title' : 'profile.settings')}
      state={site ? (user ? 'signed-in' : 'signed-out') : problem ? 'error' : 'loading'}
      class="page profile"
    >
      <h1 class="page-title">{t(user ? 'profile.title' : 'profile.settings')}</h1>
      {!site && problem && <ProblemNotice problem={problem} retry={reload} small />}
      {site && !user && (
        <section class="part">
          <div class="part-words">
            <h2>{t('profile.out')}</h2>
            <p class="muted">{t('profile.out_why')}</p>
          </div>
          <div class="part-body">
            <a class="button" href="/sign-in?next=%2Fprofile">
              {t('nav.sign_in')}
            </a>
          </div>
        </section>
      )}
      {user && limited && (
        <section class="part">
          <div class="part-words">
            <h2>{t('profiles.heading')}</h2>
            <p class="muted">{t('profiles.limited')}</p>
          </div>
          <div class="part-body">
            <a class="button" href="/profiles">
              {t('profiles.change')}
            </a>
          </div>
        </section>
      )}
      {user && !limited && <AccountDetails user={user} />}
      {user && !limited && <ProfileManagement />}
      {user && !limited && <IncludedTitles />}
      {user && !limited && <PlayingNow />}
      {user && !limited && <Password />}
      {user && !limited && <SignedInDevices />}
      <DeviceSettings site={site} />
      {user && !limited && <DeleteAccount />}
    </Page>
  );
}

function AccountDetails({ user }: { user: NonNullable<SiteInfo['user']> }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [email, setEmail] = useState(user.email);
  const [done, setDone] = useState(false);
  const attempt = useSubmit(async ({ name = '', email: newEmail = '', password }) => {
    setDone(false);
    await changeAccount({ name, email: newEmail, ...(password ? { password } : {}) });
    setDone(true);
  });
  const signOutAndLeave = () =>
    signOut().then(
      () => navigate('/'),
      (error: unknown) => setProblem(error instanceof Problem ? error : new Problem(0, 'other')),
    );
  const emailChanged = email.trim().toLowerCase() !== user.email;
  return (
    <section class="part" aria-labelledby="you">
      <div class="part-words">
        <h2 id="you">{t('profile.you')}</h2>
        <p class="muted">{t('profile.you_why')}</p>
      </div>
      <form class="part-body stack" onSubmit={attempt.submit}>
        {attempt.problem && attempt.problem.errors.length === 0 && <FormProblem problem={attempt.problem} />}
        <FormProblem problem={problem} />
        {done && !attempt.busy && !attempt.problem && (
          <p role="status" class="ready">
            {t('profile.saved')}
          </p>
        )}
        <TextField
          name="name"
          label={t('account.name')}
          autoComplete="name"
          maxLength={120}
          defaultValue={user.name}
          dir="auto"
          required
          problem={attempt.problem}
        />
        <TextField
          name="email"
          type="email"
          label={t('account.email')}
          autoComplete="email"
          value={email}
          onInput={(event) => setEmail(event.currentTarget.value)}
          required
          problem={attempt.problem}
        />
        {emailChanged && (
          <TextField
            name="password"
            type="password"
            label={t('profile.current')}
            hint={t('profile.email_why')}
            autoComplete="current-password"
            required
            problem={attempt.problem}
          />
        )}
        <SubmitButton busy={attempt.busy}>{t('profile.save')}</SubmitButton>
        <p>
          <button type="button" class="button quiet" onClick={() => void signOutAndLeave()} data-testid="sign-out">
            <Icon node={LogOut} size={18} />
            {t('nav.sign_out')}
          </button>
        </p>
      </form>
    </section>
  );
}

function Password() {
  const [done, setDone] = useState(0);
  const attempt = useSubmit(async ({ current = '', new: next = '' }) => {
    await changePassword(current, next);
    setDone((n) => n + 1);
    void revalidate(SESSIONS);
  });
  const problemTexts = { bad_credentials: t('sign_in.wrong') };
  return (
    <section class="part" aria-labelledby="new-password">
      <div class="part-words">
        <h2 id="new-password">{t('profile.password')}</h2>
        <p class="muted">{t('sign_up.hint')}</p>
      </div>
      <form class="part-body stack" onSubmit={attempt.submit} key={done}>
        {attempt.problem && attempt.problem.errors.length === 0 && (
          <FormProblem problem={attempt.problem} texts={problemTexts} />
        )}
        {done > 0 && !attempt.problem && (
          <p role="status" class="ready">
            {t('profile.changed')}
          </p>
        )}
        <TextField
          name="current"
          type="password"
          label={t('profile.current')}
          autoComplete="current-password"
          required
          problem={attempt.problem}
        />
        <TextField
          name="new"
          type="password"
          label={t('profile.new')}
          autoComplete="new-password"
          minLength={10}
          required
          problem={attempt.problem}
        />
        <SubmitButton busy={attempt.busy}>{t('profile.change')}</SubmitButton>
      </form>
    </section>
  );
}

/** Deletes the account after a confirmation. */
function DeleteAccount() {
  const [confirming, setConfirming] = useState(false);
  const attempt = useSubmit(async ({ leaving = '' }) => {
    await removeAccount(leaving);
    navigate('/');
  });
  return (
    <section class="part" aria-labelledby="leave">
      <div class="part-words">
        <h2 id="leave">{t('profile.leave')}</h2>
        <p class="muted">{t('profile.leave_why')}</p>
      </div>
      <div class="part-body">
        {!confirming && (
          <button type="button" class="button quiet" onClick={() => setConfirming(true)} data-testid="leave">
            {t('profile.leave')}
          </button>
        )}
        {confirming && (
          <form class="stack" onSubmit={attempt.submit}>
            <FormProblem problem={attempt.problem} texts={{ invalid: t('profile.leave_wrong') }} />
            <TextField
              name="leaving"
              type="password"
              label={t('profile.current')}
              autoComplete="current-password"
              required
              autoFocus
            />
            <SubmitButton busy={attempt.busy} destructive>
              {t('profile.leave_submit')}
            </SubmitButton>
            <button type="button" class="text-button" onClick={() => setConfirming(false)}>
              {t('profile.stay')}
            </button>
          </form>
        )}
      </div>
    </section>
  );
}

/** A session in the dashboard API. */
interface Session {
  id: string;
  agent?: string;
  address?: string;
  seen_at?: string;
  current?: boolean;
}

function SignedInDevices() {
  const { data, problem } = useCachedGet<{ items: Session[] }>(SESSIONS);
  const [message, setMessage] = useState('');
  // Audience accounts may not be allowed to list sessions: hide the section.
  if (problem?.status === 403 || problem?.status === 404) return null;
  const end = (session: Session) => {
    send('DELETE', `${SESSIONS}/${encodeURIComponent(session.id)}`).then(
      () => {
        setMessage(t('profile.ended', { device: deviceName(session.agent ?? '') }));
        void revalidate(SESSIONS);
      },
      (error: Error) => setMessage(error.message || t('fault.other')),
    );
  };
  return (
    <section class="part" aria-labelledby="devices">
      <div class="part-words">
        <h2 id="devices">{t('profile.devices')}</h2>
        <p class="muted">{t('profile.devices_why')}</p>
      </div>
      <div class="part-body">
        {problem && <FormProblem problem={problem} />}
        <ul class="lines" data-testid="sessions">
          {(data?.items ?? []).map((session) => (
            <SessionRow key={session.id} session={session} end={() => end(session)} />
          ))}
        </ul>
        <p role="status" class="said-plain">
          {message}
        </p>
      </div>
    </section>
  );
}

function SessionRow({ session, end }: { session: Session; end: () => void }) {
  const name = deviceName(session.agent ?? '');
  const seen = session.seen_at ? t('profile.seen', { when: relativeTime(session.seen_at, currentLanguage()) }) : '';
  return (
    <li>
      <span title={session.agent ?? ''}>
        {name}
        <span class="line">{[session.address, seen].filter(Boolean).join(' · ')}</span>
      </span>
      {session.current ? (
        <span class="ready">{t('profile.this')}</span>
      ) : (
        <button
          type="button"
          class="button quiet small"
          onClick={end}
          aria-label={t('profile.end_label', { device: name })}
        >
          {t('profile.end')}
        </button>
      )}
    </li>
  );
}
