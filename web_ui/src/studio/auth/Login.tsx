import { useState } from 'react';
import { Problem } from '../../../shared/problem';
import { useT } from '../i18n';
import { session, type SessionDocument } from '../session/session';
import { SignedOutPage } from './SignedOut';
import { TextField, FormProblem, SubmitButton, useSubmit } from './form';

export function Login({ providers }: { providers: SessionDocument['providers'] }) {
  const t = useT();
  const [pendingTwoFactor, setPendingTwoFactor] = useState<{ email: string; password: string } | null>(null);
  const { busy, problem, submit } = useSubmit(async ({ email = '', password = '', code = '' }) => {
    const credentials = pendingTwoFactor ?? { email, password };
    try {
      await session.login({ ...credentials, ...(pendingTwoFactor ? { code: code.replace(/\s/g, '') } : {}) });
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'two_factor_needed') throw error;
      setPendingTwoFactor(credentials);
    }
  });
  const problemTexts: Record<string, string> = {
    bad_credentials: t('login.bad_credentials'),
    bad_code: t('login.bad_code'),
    too_many_attempts: t('login.too_many', { minutes: Math.ceil((problem?.retryAfter ?? 60) / 60) }),
  };
  const formProblem = <FormProblem problem={problem} text={problem ? (problemTexts[problem.code] ?? null) : null} />;
  if (pendingTwoFactor) {
    return (
      <SignedOutPage title={t('login.two_factor')} intro={t('login.two_factor_intro')}>
        <form className="stack" onSubmit={(e) => void submit(e)}>
          {formProblem}
          <TextField
            name="code"
            label={t('login.code')}
            className="mono code-entry"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={9}
            required
            autoFocus
          />
          <SubmitButton busy={busy}>{t('login.submit')}</SubmitButton>
          <button type="button" className="text-btn" onClick={() => setPendingTwoFactor(null)}>
            {t('login.other')}
          </button>
        </form>
      </SignedOutPage>
    );
  }
  return (
    <SignedOutPage title={t('login.title')}>
      <form className="stack" onSubmit={(e) => void submit(e)}>
        {formProblem}
        <TextField name="email" type="email" label={t('login.email')} autoComplete="username" required autoFocus />
        <TextField
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
        <SubmitButton busy={busy}>{t('login.submit')}</SubmitButton>
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
    </SignedOutPage>
  );
}
