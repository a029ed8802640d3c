/** Verifies the address of the signed-in user with the link of a mail. */
import { useEffect, useState } from 'react';
import type { Problem } from '../../../shared/problem';
import { useT } from '../i18n';
import { session, type SessionDocument } from '../session/session';
import { FormProblem } from './form';
import { Login } from './Login';
import { SignedOutPage } from './SignedOut';

export function Verify({ token, document }: { token: string; document: SessionDocument }) {
  const t = useT();
  const [state, setState] = useState<'waiting' | 'done' | Problem>('waiting');
  const user = document.user?.id;
  useEffect(() => {
    if (user)
      session.verify(token).then(
        () => setState('done'),
        (problem: Problem) => setState(problem),
      );
  }, [user, token]);
  if (!user) return <Login providers={document.providers} />;
  if (state === 'waiting') return <p role="status">{t('loading')}</p>;
  const home = document.organization?.role === 'audience' ? '/' : '#/';
  return (
    <SignedOutPage title={t(state === 'done' ? 'verify.done' : 'verify.title')}>
      {state !== 'done' && <FormProblem problem={state} />}
      <a className="btn btn-primary btn-wide" href={home}>
        {t('verify.continue')}
      </a>
    </SignedOutPage>
  );
}
