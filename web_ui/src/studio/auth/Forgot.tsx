import { useState } from 'react';
import { useT } from '../i18n';
import { session } from '../session/session';
import { SignedOutPage } from './SignedOut';
import { TextField, FormProblem, SubmitButton, useSubmit } from './form';

export function Forgot() {
  const t = useT();
  const [sent, setSent] = useState(false);
  const { busy, problem, submit } = useSubmit(async ({ email = '' }) => {
    await session.reset(email);
    setSent(true);
  });
  return (
    <SignedOutPage
      title={t('forgot.title')}
      intro={sent ? <span role="status">{t('forgot.sent')}</span> : t('forgot.intro')}
    >
      {!sent && (
        <form className="stack" onSubmit={(e) => void submit(e)}>
          <FormProblem problem={problem} />
          <TextField name="email" type="email" label={t('login.email')} autoComplete="username" required autoFocus />
          <SubmitButton busy={busy}>{t('forgot.submit')}</SubmitButton>
        </form>
      )}
      <a className="link" href="#/login">
        {t('forgot.back')}
      </a>
    </SignedOutPage>
  );
}
