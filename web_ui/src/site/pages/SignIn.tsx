import { useRef, useState } from 'preact/hooks';
import { useSearch } from 'wouter-preact';
import { Problem } from '../../../shared/problem';
import { safeNext } from '../api/endpoints';
import { t } from '../i18n';
import { navigate } from '../nav/clientNavigation';
import { TextField, FormProblem, SubmitButton, useSubmit } from '../components/form';
import { type Credentials, requestPasswordReset, signIn, useSite } from '../session';
import { AccountLayout } from './AccountLayout';
import { TooManyDevices } from './TooManyDevices';

const problemTexts = (problem: Problem | null) => ({
  bad_credentials: t('sign_in.wrong'),
  bad_code: t('sign_in.wrong_code'),
  too_many_attempts: t('sign_in.too_many', { n: Math.max(1, Math.ceil((problem?.retryAfter ?? 60) / 60)) }),
});

export function SignIn() {
  const { site } = useSite();
  const query = new URLSearchParams(useSearch());
  const next = safeNext(query.get('next'));
  const [view, setView] = useState<'enter' | 'forgot'>(query.has('forgot') ? 'forgot' : 'enter');
  const [pendingTwoFactor, setPendingTwoFactor] = useState<{ email: string; password: string } | null>(null);
  const sent = useRef<Credentials>({ email: '', password: '' });
  const [devicesProblem, setDevicesProblem] = useState<Problem | null>(null);
  const enter = async (credentials: Credentials) => {
    sent.current = credentials;
    setDevicesProblem(null);
    await signIn(credentials);
    navigate(next, { replace: true });
  };
  const tooManyDevices = (error: unknown): boolean => {
    if (!(error instanceof Problem) || error.code !== 'too_many_devices') return false;
    setDevicesProblem(error);
    return true;
  };
  const signOutAndEnter = (id: string) =>
    void enter({ ...sent.current, sign_out: id }).catch((error: unknown) => {
      if (!tooManyDevices(error)) setPendingTwoFactor(null);
    });
  const attempt = useSubmit(async ({ email = '', password = '', code = '' }) => {
    const credentials = pendingTwoFactor ?? { email, password };
    try {
      await enter({ ...credentials, ...(pendingTwoFactor ? { code: code.replace(/\s/g, '') } : {}) });
    } catch (error) {
      if (tooManyDevices(error)) return;
      if (!(error instanceof Problem) || error.code !== 'two_factor_needed') throw error;
      setPendingTwoFactor(credentials);
    }
  });
  if (view === 'forgot') return <ForgotPassword back={() => setView('enter')} />;
  const formProblem = devicesProblem ? (
    <TooManyDevices problem={devicesProblem} signOut={signOutAndEnter} />
  ) : (
    <FormProblem problem={attempt.problem} texts={problemTexts(attempt.problem)} />
  );
  if (pendingTwoFactor) {
    return (
      <AccountLayout title={t('sign_in.title')} explanation={t('sign_in.code')} state="code">
        <form class="stack" onSubmit={attempt.submit} key="code">
          {formProblem}
          <TextField
            name="code"
            label={t('account.code')}
            class="mono otp"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={9}
            required
            autoFocus
          />
          <SubmitButton busy={attempt.busy}>{t('sign_in.submit')}</SubmitButton>
          <button
            type="button"
            class="text-button"
            onClick={() => {
              setPendingTwoFactor(null);
              attempt.clear();
            }}
          >
            {t('sign_in.other')}
          </button>
        </form>
      </AccountLayout>
    );
  }
  const aside = (
    <button type="button" class="text-button" onClick={() => setView('forgot')}>
      {t('sign_in.forgot')}
    </button>
  );
  return (
    <AccountLayout title={t('sign_in.title')} explanation={t('sign_in.why')} state="sign-in">
      <form class="stack" onSubmit={attempt.submit} key="enter">
        {formProblem}
        <TextField name="email" type="email" label={t('account.email')} autoComplete="username" required autoFocus />
        <TextField
          name="password"
          type="password"
          label={t('account.password')}
          autoComplete="current-password"
          required
          aside={aside}
        />
        <SubmitButton busy={attempt.busy}>{t('sign_in.submit')}</SubmitButton>
      </form>
      {site?.sign_up === 'open' && (
        <p class="muted">
          {t('sign_in.new')}{' '}
          <a class="link" href={next === '/' ? '/sign-up' : `/sign-up?next=${encodeURIComponent(next)}`}>
            {t('sign_in.sign_up')}
          </a>
        </p>
      )}
    </AccountLayout>
  );
}

function ForgotPassword({ back }: { back: () => void }) {
  const [sent, setSent] = useState(false);
  const attempt = useSubmit(async ({ email = '' }) => {
    await requestPasswordReset(email);
    setSent(true);
  });
  return (
    <AccountLayout title={t('forgot.title')} explanation={sent ? '' : t('forgot.why')} state={sent ? 'sent' : 'forgot'}>
      {sent ? (
        <p role="status">{t('forgot.sent')}</p>
      ) : (
        <form class="stack" onSubmit={attempt.submit}>
          <FormProblem problem={attempt.problem} texts={problemTexts(attempt.problem)} />
          <TextField
            name="email"
            type="email"
            label={t('account.email')}
            autoComplete="username"
            required
            autoFocus
            problem={attempt.problem}
          />
          <SubmitButton busy={attempt.busy}>{t('forgot.submit')}</SubmitButton>
        </form>
      )}
      <button type="button" class="text-button" onClick={back}>
        {t('nav.sign_in')}
      </button>
    </AccountLayout>
  );
}
