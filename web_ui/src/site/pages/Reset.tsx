/** Sets a new password. The token is in the URL's fragment, which is not sent to servers. */
import { useState } from 'preact/hooks';
import { t } from '../i18n';
import { TextField, FormProblem, SubmitButton, useSubmit } from '../components/form';
import { confirmPasswordReset } from '../session';
import { AccountLayout } from './AccountLayout';

export function Reset() {
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('token') ?? '');
  const [done, setDone] = useState(false);
  const attempt = useSubmit(async ({ password = '' }) => {
    await confirmPasswordReset(token, password);
    setDone(true);
  });
  if (done) {
    return (
      <AccountLayout title={t('reset.title')} explanation="" state="done">
        <p role="status">{t('reset.done')}</p>
        <a class="button wide" href="/sign-in">
          {t('nav.sign_in')}
        </a>
      </AccountLayout>
    );
  }
  const isExpired = token === '' || attempt.problem?.code === 'bad_reset_link';
  return (
    <AccountLayout
      title={t('reset.title')}
      explanation={isExpired ? '' : t('sign_up.hint')}
      state={isExpired ? 'old' : 'enter'}
    >
      {isExpired ? (
        <p class="said" role="alert">
          {t('reset.old')}
        </p>
      ) : (
        <form class="stack" onSubmit={attempt.submit}>
          {attempt.problem && attempt.problem.errors.length === 0 && <FormProblem problem={attempt.problem} />}
          <TextField
            name="password"
            type="password"
            label={t('profile.new')}
            autoComplete="new-password"
            minLength={10}
            required
            autoFocus
            problem={attempt.problem}
          />
          <SubmitButton busy={attempt.busy}>{t('profile.change')}</SubmitButton>
        </form>
      )}
      {isExpired && (
        <a class="button wide" href="/sign-in?forgot">
          {t('reset.again')}
        </a>
      )}
    </AccountLayout>
  );
}
