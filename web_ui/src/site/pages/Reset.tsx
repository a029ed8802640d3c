/** Where the link for a new password leads. The token stands behind a hash, so no server or log sees it on its way. */
import { useState } from 'preact/hooks';
import { t } from '../i18n';
import { Entry, Said, Submit, useAttempt } from '../components/form';
import { setPassword } from '../session';
import { Door } from './AccountLayout';

export function Reset() {
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('token') ?? '');
  const [done, setDone] = useState(false);
  const attempt = useAttempt(async ({ password = '' }) => {
    await setPassword(token, password);
    setDone(true);
  });
  if (done) {
    return (
      <Door title={t('reset.title')} why="" state="done">
        <p role="status">{t('reset.done')}</p>
        <a class="button wide" href="/sign-in">
          {t('nav.sign_in')}
        </a>
      </Door>
    );
  }
  const old = token === '' || attempt.problem?.code === 'bad_reset_link';
  return (
    <Door title={t('reset.title')} why={old ? '' : t('sign_up.hint')} state={old ? 'old' : 'enter'}>
      {old ? (
        <p class="said" role="alert">
          {t('reset.old')}
        </p>
      ) : (
        <form class="stack" onSubmit={attempt.submit}>
          {attempt.problem && attempt.problem.errors.length === 0 && <Said problem={attempt.problem} />}
          <Entry
            name="password"
            type="password"
            label={t('profile.new')}
            autoComplete="new-password"
            minLength={10}
            required
            autoFocus
            problem={attempt.problem}
          />
          <Submit busy={attempt.busy}>{t('profile.change')}</Submit>
        </form>
      )}
      {old && (
        <a class="button wide" href="/sign-in?forgot">
          {t('reset.again')}
        </a>
      )}
    </Door>
  );
}
