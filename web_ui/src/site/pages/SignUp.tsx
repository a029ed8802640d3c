import { useSearch } from 'wouter-preact';
import { safeNext } from '../api/endpoints';
import { t } from '../i18n';
import { go } from '../nav/clientNavigation';
import { Entry, Said, Submit, useAttempt } from '../components/form';
import { Fault } from '../components/ProblemNotice';
import { Notice, Waiting } from '../components/Notice';
import { Page } from '../components/Page';
import { signUp, useSite } from '../session';
import { Door } from './AccountLayout';

export function SignUp() {
  const { site, problem, reload } = useSite();
  const next = safeNext(new URLSearchParams(useSearch()).get('next'));
  const attempt = useAttempt(async ({ name = '', email = '', password = '' }) => {
    await signUp({ name, email, password });
    go(next, { replace: true });
  });
  if (!site)
    return (
      <Page title={t('sign_up.title')} state="loading">
        {problem ? <Fault problem={problem} retry={reload} /> : <Waiting />}
      </Page>
    );
  if (site.sign_up !== 'open') {
    return (
      <Page title={t('sign_up.title')} state="closed">
        <Notice
          title={t('sign_up.closed')}
          why={t('sign_up.closed_why', { name: site.organization.name })}
          remedy={t('sign_up.closed_step')}
          state="closed"
        >
          <a class="button" href="/sign-in">
            {t('nav.sign_in')}
          </a>
        </Notice>
      </Page>
    );
  }
  return (
    <Door title={t('sign_up.title')} why={t('sign_up.why')} state="sign-up">
      <form class="stack" onSubmit={attempt.submit}>
        {attempt.problem && attempt.problem.errors.length === 0 && <Said problem={attempt.problem} />}
        <Entry name="name" label={t('account.name')} autoComplete="name" required autoFocus problem={attempt.problem} />
        <Entry
          name="email"
          type="email"
          label={t('account.email')}
          autoComplete="username"
          required
          problem={attempt.problem}
        />
        <Entry
          name="password"
          type="password"
          label={t('account.password')}
          hint={t('sign_up.hint')}
          autoComplete="new-password"
          minLength={10}
          required
          problem={attempt.problem}
        />
        <Submit busy={attempt.busy}>{t('sign_up.submit')}</Submit>
      </form>
      <p class="muted">
        {t('sign_up.have')}{' '}
        <a class="link" href="/sign-in">
          {t('nav.sign_in')}
        </a>
      </p>
    </Door>
  );
}
