/**
 * Two-factor authentication with an authenticator app. The QR code is rendered locally: the secret is sent nowhere
 * else.
 */
import { useMemo, useState } from 'react';
import { useNotify } from 'react-admin';
import { renderSVG } from 'uqr';
import { TextField, FormProblem, useSubmit } from '../auth/form';
import { useT } from '../i18n';
import { session } from '../session/session';
import { ShieldCheck } from '../ui/lucide';
import { Button, CopyButton, StatusBadge } from '../ui/components';

function Qr({ uri }: { uri: string }) {
  const t = useT();
  // As an image, so that the SVG is never parsed as part of the page.
  const src = useMemo(() => `data:image/svg+xml;utf8,${encodeURIComponent(renderSVG(uri, { border: 2 }))}`, [uri]);
  return <img className="qr" src={src} alt={t('account.qr')} width={180} height={180} />;
}

function EnableTwoFactor() {
  const t = useT();
  const notify = useNotify();
  const [enrolment, setEnrolment] = useState<{ secret: string; uri: string } | null>(null);
  const start = useSubmit(async () => setEnrolment(await session.totp()));
  const confirm = useSubmit(async ({ code = '' }) => {
    await session.totpConfirm(code.replace(/\s/g, ''));
    notify(t('account.two_factor_on'));
    await session.read();
  });
  if (!enrolment)
    return (
      <form className="stack" onSubmit={(e) => void start.submit(e)}>
        <p className="muted">{t('account.two_factor_why')}</p>
        <FormProblem problem={start.problem} />
        <div>
          <Button type="submit" icon={ShieldCheck} busy={start.busy}>
            {t('account.two_factor_begin')}
          </Button>
        </div>
      </form>
    );
  return (
    <form className="two-factor" onSubmit={(e) => void confirm.submit(e)}>
      <Qr uri={enrolment.uri} />
      <div className="stack">
        <p>{t('account.scan')}</p>
        <div className="secret-line">
          <output className="mono wrap">{enrolment.secret}</output>
          <CopyButton text={enrolment.secret} label={t('account.copy_secret')} />
        </div>
        <FormProblem
          problem={confirm.problem}
          text={confirm.problem?.code === 'bad_code' ? t('login.bad_code') : null}
        />
        <TextField
          name="code"
          label={t('login.code')}
          className="mono code-entry"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={9}
          required
        />
        <div className="btn-row">
          <Button kind="primary" type="submit" busy={confirm.busy}>
            {t('account.confirm')}
          </Button>
          <Button kind="quiet" onClick={() => setEnrolment(null)}>
            {t('cancel')}
          </Button>
        </div>
      </div>
    </form>
  );
}

function DisableTwoFactor() {
  const t = useT();
  const notify = useNotify();
  const { busy, problem, submit } = useSubmit(async ({ password = '' }) => {
    await session.totpRemove(password);
    notify(t('account.two_factor_off'));
    await session.read();
  });
  return (
    <form className="stack" onSubmit={(e) => void submit(e)}>
      <div>
        <StatusBadge tone="ready" icon={ShieldCheck}>
          {t('account.two_factor_is_on')}
        </StatusBadge>
      </div>
      <FormProblem problem={problem} text={problem?.code === 'bad_credentials' ? t('account.bad_password') : null} />
      <TextField
        name="password"
        type="password"
        label={t('password.current')}
        autoComplete="current-password"
        required
      />
      <div>
        <Button kind="danger" type="submit" busy={busy}>
          {t('account.two_factor_remove')}
        </Button>
      </div>
    </form>
  );
}

export const TwoFactor = ({ on: enabled }: { on: boolean }) => (enabled ? <DisableTwoFactor /> : <EnableTwoFactor />);
