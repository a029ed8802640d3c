import { useState } from 'react';
import { Problem } from '../api/problem';
import { useT } from '../i18n';
import { session, type SessionDocument } from '../session/session';
import { DoorPage } from './SignedOut';
import { Entry, Said, Submit, useAttempt } from './form';

export function Login({ providers }: { providers: SessionDocument['providers'] }) {
  const t = useT();
  const [asked, setAsked] = useState<{ email: string; password: string } | null>(null);
  const { busy, problem, submit } = useAttempt(async ({ email = '', password = '', code = '' }) => {
    const who = asked ?? { email, password };
    try {
      await session.login({ ...who, ...(asked ? { code: code.replace(/\s/g, '') } : {}) });
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'two_factor_needed') throw error;
      setAsked(who);
    }
  });
  const known: Record<string, string> = {
    bad_credentials: t('login.bad_credentials'),
    bad_code: t('login.bad_code'),
    too_many_attempts: t('login.too_many', { minutes: Math.ceil((problem?.retryAfter ?? 60) / 60) }),
  };
  const said = <Said problem={problem} words={problem ? (known[problem.code] ?? null) : null} />;
  if (asked) {
    return (
      <DoorPage title={t('login.two_factor')} intro={t('login.two_factor_intro')}>
        <form className="stack" onSubmit={(e) => void submit(e)}>
          {said}
          <Entry
            name="code"
            label={t('login.code')}
            className="mono code-entry"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={9}
            required
            autoFocus
          />
          <Submit busy={busy}>{t('login.submit')}</Submit>
          <button type="button" className="text-btn" onClick={() => setAsked(null)}>
            {t('login.other')}
          </button>
        </form>
      </DoorPage>
    );
  }
  return (
    <DoorPage title={t('login.title')}>
      <form className="stack" onSubmit={(e) => void submit(e)}>
        {said}
        <Entry name="email" type="email" label={t('login.email')} autoComplete="username" required autoFocus />
        <Entry
          name="password"
          type="password"
          label={t('login.password')}
          autoComplete="current-password"
          required
          aside={
            <a className="link" href="#/forgot">
              {t('login.forgot')}
            </a>
          }
        />
        <Submit busy={busy}>{t('login.submit')}</Submit>
      </form>
      {providers.length > 0 && (
        <div className="providers">
          <span className="muted">{t('login.or')}</span>
          {providers.map((p) => (
            <a key={p.name} className="btn btn-plain btn-wide" href={session.oidc(p.name)}>
              {t('login.with', { name: p.label })}
            </a>
          ))}
        </div>
      )}
    </DoorPage>
  );
}
