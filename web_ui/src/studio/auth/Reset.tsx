import { useState } from 'react';
import { useT } from '../i18n';
import { session } from '../session/session';
import { SignedOutPage } from './SignedOut';
import { TextField, FormProblem, SubmitButton, useSubmit } from './form';

export function Reset({ token }: { token: string }) {
  const t = useT();
  const [done, setDone] = useState(false);
  const { busy, problem, submit, fieldError } = useSubmit(async ({ password = '', token: typed = '' }) => {
    await session.resetConfirm(token || typed, password);
    setDone(true);
  });
  if (done)
    return (
      <SignedOutPage title={t('reset.done')}>
        <a className="btn btn-primary btn-wide" href="#/login">
          {t('login.submit')}
        </a>
      </SignedOutPage>
    );
  return (
    <SignedOutPage title={t('reset.title')}>
      <form className="stack" onSubmit={(e) => void submit(e)}>
        <FormProblem problem={problem} />
        {!token && <TextField name="token" label={t('reset.token')} className="mono" required />}
        <TextField
          name="password"
          type="password"
          label={t('password.new')}
          help={t('password.rule')}
          minLength={10}
          autoComplete="new-password"
          required
          autoFocus
          error={fieldError('password')}
        />
        <SubmitButton busy={busy}>{t('reset.submit')}</SubmitButton>
      </form>
    </SignedOutPage>
  );
}
