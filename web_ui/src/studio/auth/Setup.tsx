import { useT } from '../i18n';
import { session } from '../session/session';
import { DoorPage } from './SignedOut';
import { Entry, Said, Submit, useAttempt } from './form';

export function Setup({ code }: { code: string }) {
  const t = useT();
  const { busy, problem, submit, fieldError } = useAttempt(
    ({ organization = '', name = '', email = '', password = '', code: typed = '' }) =>
      session.setup({ code: code || typed, organization, name, email, password }),
  );
  return (
    <DoorPage title={t('setup.title')} intro={t('setup.intro')}>
      <form className="stack" onSubmit={(e) => void submit(e)}>
        <Said problem={problem} words={problem?.problem.errors?.length ? t('form.check') : null} />
        {!code && <Entry name="code" label={t('setup.code')} className="mono" required error={fieldError('code')} />}
        <Entry
          name="organization"
          label={t('setup.organization')}
          help={t('setup.organization_help')}
          required
          autoFocus
          error={fieldError('organization')}
          autoComplete="organization"
        />
        <Entry name="name" label={t('setup.name')} required autoComplete="name" error={fieldError('name')} />
        <Entry
          name="email"
          type="email"
          label={t('login.email')}
          required
          autoComplete="username"
          error={fieldError('email')}
        />
        <Entry
          name="password"
          type="password"
          label={t('login.password')}
          help={t('password.rule')}
          required
          minLength={10}
          autoComplete="new-password"
          error={fieldError('password')}
        />
        <Submit busy={busy}>{t('setup.submit')}</Submit>
      </form>
    </DoorPage>
  );
}

export function SetupHint() {
  const t = useT();
  return (
    <DoorPage title={t('setup.hint')} intro={t('setup.hint_intro')}>
      <pre className="json" tabIndex={0}>
        /studio/#/setup?code=…
      </pre>
      <a className="link" href="#/setup">
        {t('setup.have_code')}
      </a>
    </DoorPage>
  );
}
