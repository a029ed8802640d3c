/** Mails to the user: their language, notices about failed encodes, the confirmed address. */
import { useNotify } from 'react-admin';
import { currentLocale, LOCALES, useT } from '../i18n';
import { session, type SessionDocument } from '../session/session';
import { Button } from '../ui/components';

export function Mails({ user }: { user: NonNullable<SessionDocument['user']> }) {
  const t = useT();
  const notify = useNotify();
  const run = (work: Promise<unknown>, done: string) =>
    void work.then(
      () => notify(done),
      (problem: Error) => notify(problem.message, { type: 'error' }),
    );
  return (
    <div className="stack">
      <div className="session-row">
        <span className="grow">{t(user.email_verified ? 'account.verified' : 'account.not_verified')}</span>
        {!user.email_verified && (
          <Button small onClick={() => run(session.requestVerification(), t('account.verification_sent'))}>
            {t('account.send_verification')}
          </Button>
        )}
      </div>
      <label className="field">
        <span className="field-label">{t('account.mail_language')}</span>
        <select
          className="control"
          value={user.language ?? currentLocale()}
          onChange={(e) => run(session.account({ language: e.target.value }), t('account.saved'))}
        >
          {LOCALES.map((l) => (
            <option key={l.locale} value={l.locale}>
              {l.name}
            </option>
          ))}
        </select>
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={user.failure_mails}
          onChange={(e) => run(session.account({ failure_mails: e.target.checked }), t('account.saved'))}
        />
        <span>{t('account.failure_mails')}</span>
      </label>
    </div>
  );
}
