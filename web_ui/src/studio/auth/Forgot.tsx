import { useState } from 'react';
import { useT } from '../i18n';
import { session } from '../session/session';
import { DoorPage } from './SignedOut';
import { Entry, Said, Submit, useAttempt } from './form';

export function Forgot() {
  const t = useT();
  const [sent, setSent] = useState(false);
  const { busy, problem, submit } = useAttempt(async ({ email = '' }) => {
    await session.reset(email);
    setSent(true);
  });
  return (
    <DoorPage
      title={t('forgot.title')}
      intro={sent ? <span role="status">{t('forgot.sent')}</span> : t('forgot.intro')}
    >
      {!sent && (
        <form className="stack" onSubmit={(e) => void submit(e)}>
          <Said problem={problem} />
          <Entry name="email" type="email" label={t('login.email')} autoComplete="username" required autoFocus />
          <Submit busy={busy}>{t('forgot.submit')}</Submit>
        </form>
      )}
      <a className="link" href="#/login">
        {t('forgot.back')}
      </a>
    </DoorPage>
  );
}
