import { useT } from '../i18n';
import { session } from '../session/session';
import { SignedOutPage } from './SignedOut';
import { TextField, FormProblem, SubmitButton, useSubmit } from './form';

export function Setup({ code }: { code: string }) {
  const t = useT();
  const { busy, problem, submit, fieldError } = useSubmit(
    ({ organization = '', name = '', email = '', password = '', code: typed = '' }) =>
      session.setup({ code: code || typed, organization, name, email, password }),
  );
  return (
    <SignedOutPage title={t('setup.title')} intro={t('setup.intro')}>
      <form className="stack" onSubmit={(e) => void submit(e)}>
        <FormProblem problem={problem} text={problem?.errors.length ? t('form.check') : null} />
        {!code && (
          <TextField name="code" label={t('setup.code')} className="mono" required error={fieldError('code')} />
        )}
        <TextField
          name="organization"
          label={t('setup.organization')}
          help={t('setup.organization_help')}
          required
          autoFocus
          error={fieldError('organization')}
          autoComplete="organization"
        />
        <TextField name="name" label={t('setup.name')} required autoComplete="name" error={fieldError('name')} />
        <TextField
          name="email"
          type="email"
          label={t('login.email')}
          required
          autoComplete="username"
          error={fieldError('email')}
        />
        <TextField
          name="password"
          type="password"
          label={t('login.password')}
          help={t('password.rule')}
          required
          minLength={10}
          autoComplete="new-password"
          error={fieldError('password')}
        />
        <SubmitButton busy={busy}>{t('setup.submit')}</SubmitButton>
      </form>
    </SignedOutPage>
  );
}

export function SetupHint() {
  const t = useT();
  return (
    <SignedOutPage title={t('setup.hint')} intro={t('setup.hint_intro')}>
      <pre className="json" tabIndex={0}>
        /studio/#/setup?code=…
      </pre>
      <a className="link" href="#/setup">
        {t('setup.have_code')}
      </a>
    </SignedOutPage>
  );
}
