import { useState } from 'preact/hooks';
import { useSearch } from 'wouter-preact';
import { Problem } from '../api/problem';
import { safeNext } from '../api/endpoints';
import { t } from '../i18n';
import { go } from '../nav/clientNavigation';
import { Entry, Said, Submit, useAttempt } from '../components/form';
import { forgotten, signIn, useSite } from '../session';
import { Door } from './AccountLayout';

const waitWords = (problem: Problem | null) => ({
  bad_credentials: t('sign_in.wrong'),
  bad_code: t('sign_in.wrong_code'),
  too_many_attempts: t('sign_in.too_many', { n: Math.max(1, Math.ceil((problem?.retryAfter ?? 60) / 60)) }),
});

export function SignIn() {
  const { site } = useSite();
  const query = new URLSearchParams(useSearch());
  const next = safeNext(query.get('next'));
  const [view, setView] = useState<'enter' | 'forgot'>(query.has('forgot') ? 'forgot' : 'enter');
  const [asked, setAsked] = useState<{ email: string; password: string } | null>(null);
  const attempt = useAttempt(async ({ email = '', password = '', code = '' }) => {
    const who = asked ?? { email, password };
    try {
      await signIn({ ...who, ...(asked ? { code: code.replace(/\s/g, '') } : {}) });
      go(next, { replace: true });
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'two_factor_needed') throw error;
      setAsked(who);
    }
  });
  if (view === 'forgot') return <Forgot back={() => setView('enter')} />;
  const said = <Said problem={attempt.problem} words={waitWords(attempt.problem)} />;
  if (asked) {
    return (
      <Door title={t('sign_in.title')} why={t('sign_in.code')} state="code">
        <form class="stack" onSubmit={attempt.submit} key="code">
          {said}
          <Entry
            name="code"
            label={t('account.code')}
            class="mono otp"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={9}
            required
            autoFocus
          />
          <Submit busy={attempt.busy}>{t('sign_in.submit')}</Submit>
          <button
            type="button"
            class="text-button"
            onClick={() => {
              setAsked(null);
              attempt.clear();
            }}
          >
            {t('sign_in.other')}
          </button>
        </form>
      </Door>
    );
  }
  const aside = (
    <button type="button" class="text-button" onClick={() => setView('forgot')}>
      {t('sign_in.forgot')}
    </button>
  );
  return (
    <Door title={t('sign_in.title')} why={t('sign_in.why')} state="sign-in">
      <form class="stack" onSubmit={attempt.submit} key="enter">
        {said}
        <Entry name="email" type="email" label={t('account.email')} autoComplete="username" required autoFocus />
        <Entry
          name="password"
          type="password"
          label={t('account.password')}
          autoComplete="current-password"
          required
          aside={aside}
        />
        <Submit busy={attempt.busy}>{t('sign_in.submit')}</Submit>
      </form>
      {site?.sign_up === 'open' && (
        <p class="muted">
          {t('sign_in.new')}{' '}
          <a class="link" href={next === '/' ? '/sign-up' : `/sign-up?next=${encodeURIComponent(next)}`}>
            {t('sign_in.sign_up')}
          </a>
        </p>
      )}
    </Door>
  );
}

function Forgot({ back }: { back: () => void }) {
  const [sent, setSent] = useState(false);
  const attempt = useAttempt(async ({ email = '' }) => {
    await forgotten(email);
    setSent(true);
  });
  return (
    <Door title={t('forgot.title')} why={sent ? '' : t('forgot.why')} state={sent ? 'sent' : 'forgot'}>
      {sent ? (
        <p role="status">{t('forgot.sent')}</p>
      ) : (
        <form class="stack" onSubmit={attempt.submit}>
          <Said problem={attempt.problem} words={waitWords(attempt.problem)} />
          <Entry
            name="email"
            type="email"
            label={t('account.email')}
            autoComplete="username"
            required
            autoFocus
            problem={attempt.problem}
          />
          <Submit busy={attempt.busy}>{t('forgot.submit')}</Submit>
        </form>
      )}
      <button type="button" class="text-button" onClick={back}>
        {t('nav.sign_in')}
      </button>
    </Door>
  );
}
