import { useSearch } from 'wouter-preact';
import { safeNext } from '../api/endpoints';
import { t } from '../i18n';
import { navigate } from '../nav/clientNavigation';
import { TextField, FormProblem, SubmitButton, useSubmit } from '../components/form';
import { ProblemNotice } from '../components/ProblemNotice';
import { Notice, LoadingNotice } from '../components/Notice';
import { Page } from '../components/Page';
import { signUp, useSite } from '../session';
import { AccountLayout } from './AccountLayout';

export function SignUp() {
  const { site, problem, reload } = useSite();
  const next = safeNext(new URLSearchParams(useSearch()).get('next'));
  const attempt = useSubmit(async ({ name = '', email = '', password = '' }) => {
    await signUp({ name, email, password });
    navigate(next, { replace: true });
  });
  if (!site)
    return (
      <Page title={t('sign_up.title')} state="loading">
        {problem ? <ProblemNotice problem={problem} retry={reload} /> : <LoadingNotice />}
      </Page>
    );
  if (site.sign_up !== 'open') {
    return (
      <Page title={t('sign_up.title')} state="closed">
        <Notice
          title={t('sign_up.closed')}
          explanation={t('sign_up.closed_why', { name: site.organization.name })}
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
    <AccountLayout title={t('sign_up.title')} explanation={t('sign_up.why')} state="sign-up">
      <form class="stack" onSubmit={attempt.submit}>
        {attempt.problem && attempt.problem.errors.length === 0 && <FormProblem problem={attempt.problem} />}
        <TextField
          name="name"
          label={t('account.name')}
          autoComplete="name"
          required
          autoFocus
          problem={attempt.problem}
        />
        <TextField
          name="email"
          type="email"
          label={t('account.email')}
          autoComplete="username"
          required
          problem={attempt.problem}
        />
        <TextField
          name="password"
          type="password"
          label={t('account.password')}
          hint={t('sign_up.hint')}
          autoComplete="new-password"
          minLength={10}
          required
          problem={attempt.problem}
        />
        <SubmitButton busy={attempt.busy}>{t('sign_up.submit')}</SubmitButton>
      </form>
      <p class="muted">
        {t('sign_up.have')}{' '}
        <a class="link" href="/sign-in">
          {t('nav.sign_in')}
        </a>
      </p>
    </AccountLayout>
  );
}
