import { useRef } from 'react';
import { useNotify } from 'react-admin';
import { TextField, FormProblem, useSubmit } from '../auth/form';
import { useT } from '../i18n';
import { session } from '../session/session';
import { Button } from '../ui/components';

export function Password({ email }: { email: string }) {
  const t = useT();
  const notify = useNotify();
  const form = useRef<HTMLFormElement>(null);
  const { busy, problem, submit, fieldError } = useSubmit(async ({ current = '', next = '' }) => {
    await session.password(current, next);
    form.current?.reset();
    notify(t('account.password_changed'));
  });
  return (
    <form ref={form} className="stack" onSubmit={(e) => void submit(e)}>
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <FormProblem problem={problem} text={problem?.code === 'bad_credentials' ? t('account.bad_password') : null} />
      <TextField
        name="current"
        type="password"
        label={t('password.current')}
        autoComplete="current-password"
        required
        error={fieldError('current')}
      />
      <TextField
        name="next"
        type="password"
        label={t('password.new')}
        help={t('password.rule')}
        autoComplete="new-password"
        minLength={10}
        required
        error={fieldError('new')}
      />
      <div>
        <Button type="submit" busy={busy}>
          {t('account.change_password')}
        </Button>
      </div>
    </form>
  );
}
