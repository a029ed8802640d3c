import { useState } from 'react';
import { useT } from '../i18n';
import { session } from '../session/session';
import { DoorPage } from './SignedOut';
import { Entry, Said, Submit, useAttempt } from './form';

export function Reset({ token }: { token: string }) {
  const t = useT();
  const [done, setDone] = useState(false);
  const { busy, problem, submit, fieldError } = useAttempt(async ({ password = '', token: typed = '' }) => {
    await session.resetConfirm(token || typed, password);
    setDone(true);
  });
  if (done)
    return (
      <DoorPage title={t('reset.done')}>
        <a className="btn btn-primary btn-wide" href="#/login">
          {t('login.submit')}
        </a>
      </DoorPage>
    );
  return (
    <DoorPage title={t('reset.title')}>
      <form className="stack" onSubmit={(e) => void submit(e)}>
        <Said problem={problem} />
        {!token && <Entry name="token" label={t('reset.token')} className="mono" required />}
        <Entry
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
        <Submit busy={busy}>{t('reset.submit')}</Submit>
      </form>
    </DoorPage>
  );
}
