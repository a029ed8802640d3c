/** Accepts the invitation of a link: with the account that is signed in, by signing in, or with a new password. */
import { useEffect, useState } from 'react';
import type { Problem } from '../../../shared/problem';
import { schemaText, suggestLocale, useT } from '../i18n';
import { session, type Invitation as InvitationDocument, type SessionDocument } from '../session/session';
import { Button } from '../ui/components';
import { Login } from './Login';
import { FormProblem, SubmitButton, TextField, useSubmit } from './form';
import { SignedOutPage } from './SignedOut';

const finish = (document: SessionDocument): void => {
  if (document.organization?.role === 'audience') location.assign('/');
  else location.replace('#/');
};

export function Invitation({ token, document }: { token: string; document: SessionDocument }) {
  const t = useT();
  const [invitation, setInvitation] = useState<InvitationDocument | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [signingIn, setSigningIn] = useState(false);
  useEffect(() => {
    session.invitation(token).then((found) => {
      suggestLocale(found.language);
      setInvitation(found);
    }, setProblem);
  }, [token]);
  if (problem)
    return (
      <SignedOutPage title={t('invitation.title')}>
        <FormProblem problem={problem} text={problem.code === 'bad_invitation' ? t('invitation.bad') : null} />
        <a className="link" href="#/login">
          {t('login.title')}
        </a>
      </SignedOutPage>
    );
  if (!invitation) return <p role="status">{t('loading')}</p>;
  const { organization, email, inviter } = invitation;
  const title = inviter
    ? t('invitation.invited', { inviter, organization })
    : t('invitation.invited_by_nobody', { organization });
  const role = schemaText(invitation.role, `option.role.${invitation.role}`, `option.${invitation.role}`);
  if (signingIn && !document.user) return <Login providers={document.providers} />;
  return (
    <SignedOutPage title={title} intro={t('invitation.intro', { email, role })}>
      {document.user ? (
        <AcceptAs token={token} document={document} email={email} />
      ) : (
        <>
          <NewPassword token={token} />
          <div className="providers">
            <span className="muted">{t('invitation.have_account')}</span>
            <Button onClick={() => setSigningIn(true)}>{t('login.submit')}</Button>
          </div>
        </>
      )}
    </SignedOutPage>
  );
}

function AcceptAs({ token, document, email }: { token: string; document: SessionDocument; email: string }) {
  const t = useT();
  const { busy, problem, submit } = useSubmit(() => session.acceptInvitation({ token }).then(finish));
  const own = document.user?.email === email;
  return (
    <form className="stack" onSubmit={(e) => void submit(e)}>
      <FormProblem problem={problem} />
      {own ? (
        <SubmitButton busy={busy}>{t('invitation.accept')}</SubmitButton>
      ) : (
        <>
          <p>{t('invitation.other_account', { email: document.user?.email ?? '' })}</p>
          <Button onClick={() => void session.logout()}>{t('nav.sign_out')}</Button>
        </>
      )}
    </form>
  );
}

function NewPassword({ token }: { token: string }) {
  const t = useT();
  const { busy, problem, submit, fieldError } = useSubmit(({ name = '', password = '' }) =>
    session.acceptInvitation({ token, name, password }).then(finish),
  );
  const text = problem?.code === 'sign_in_needed' ? t('invitation.sign_in_needed') : null;
  return (
    <form className="stack" onSubmit={(e) => void submit(e)}>
      <FormProblem problem={problem} text={problem?.errors.length ? t('form.check') : text} />
      <TextField
        name="name"
        label={t('setup.name')}
        required
        maxLength={120}
        autoComplete="name"
        autoFocus
        error={fieldError('name')}
      />
      <TextField
        name="password"
        type="password"
        label={t('password.new')}
        help={t('password.rule')}
        minLength={10}
        autoComplete="new-password"
        required
        error={fieldError('password')}
      />
      <SubmitButton busy={busy}>{t('invitation.accept')}</SubmitButton>
    </form>
  );
}
