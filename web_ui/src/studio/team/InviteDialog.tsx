/** Invites somebody by their address and a role; shows the link, which is also in the mail. */
import { useState } from 'react';
import { FormProblem, TextField, useSubmit } from '../auth/form';
import { currentLocale, LOCALES, useT } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { Button, CopyButton } from '../ui/components';
import { RoleOptions } from './RoleSelect';
import { grantableRoles, team } from './team';

export interface Invited {
  email: string;
  link: string;
}

export function InvitedLink({ invited, sends, onClose }: { invited: Invited; sends: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <>
      <div className="dialog-body stack">
        <p>{t(sends ? 'team.mail_sent' : 'team.mail_not_sent', { email: invited.email })}</p>
        <output className="secret mono" data-testid="secret">
          {invited.link}
        </output>
        <div>
          <CopyButton kind="primary" text={invited.link} label={t('secret.copy_link')} />
        </div>
      </div>
      <footer className="dialog-foot">
        <Button onClick={onClose}>{t('close')}</Button>
      </footer>
    </>
  );
}

export function InviteDialog({
  role,
  sends,
  onClose,
  onInvited,
}: {
  role: string;
  sends: boolean;
  onClose: () => void;
  onInvited: () => void;
}) {
  const t = useT();
  const [invited, setInvited] = useState<Invited | null>(null);
  const { busy, problem, submit, fieldError } = useSubmit(async ({ email = '', role: wanted = '', language = '' }) => {
    setInvited(await team.invite(email.trim(), wanted, language));
    onInvited();
  });
  return (
    <Dialog open title={invited ? t('team.invited') : t('team.invite')} onClose={onClose} width="md">
      {invited ? (
        <InvitedLink invited={invited} sends={sends} onClose={onClose} />
      ) : (
        <form onSubmit={(e) => void submit(e)} noValidate>
          <div className="dialog-body stack">
            <FormProblem problem={problem} text={problem?.errors.length ? t('form.check') : null} />
            <TextField
              name="email"
              type="email"
              label={t('team.email')}
              autoComplete="off"
              required
              autoFocus
              error={fieldError('email')}
            />
            <label className="field">
              <span className="field-label">{t('team.role')}</span>
              <select name="role" className="control" defaultValue="editor">
                <RoleOptions roles={grantableRoles(role)} />
              </select>
            </label>
            <label className="field">
              <span className="field-label">{t('team.language')}</span>
              <select name="language" className="control" defaultValue={currentLocale()}>
                {LOCALES.map((l) => (
                  <option key={l.locale} value={l.locale}>
                    {l.name}
                  </option>
                ))}
              </select>
            </label>
            <p className="field-help">{t('team.invite_why')}</p>
          </div>
          <footer className="dialog-foot">
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button kind="primary" type="submit" busy={busy}>
              {t('team.invite')}
            </Button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}
