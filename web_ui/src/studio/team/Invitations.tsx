/** Pending invitations: copy the link, send again, revoke. */
import { useState } from 'react';
import { useT } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { Clock, Mail, TriangleAlert } from '../ui/lucide';
import { Button, CopyButton, RelativeTime, StatusBadge } from '../ui/components';
import { InvitedLink, type Invited } from './InviteDialog';
import { roleName } from './RoleSelect';
import { team, type PendingInvitation } from './team';

type Run = (work: Promise<unknown>, done: string) => Promise<void>;

function MailState({ invitation, sends }: { invitation: PendingInvitation; sends: boolean }) {
  const t = useT();
  if (invitation.mail_state === 'sent')
    return (
      <StatusBadge tone="ready" icon={Mail}>
        {t('team.state_sent')}
      </StatusBadge>
    );
  if (invitation.mail_state === 'failed')
    return (
      <span title={invitation.mail_error ?? undefined}>
        <StatusBadge tone="danger" icon={TriangleAlert}>
          {t('team.state_failed')}
        </StatusBadge>
      </span>
    );
  return (
    <StatusBadge tone={sends ? 'waiting' : 'quiet'} icon={Clock}>
      {t(sends ? 'team.state_waiting' : 'team.state_by_hand')}
    </StatusBadge>
  );
}

export function Invitations({
  invitations,
  sends,
  run,
}: {
  invitations: readonly PendingInvitation[];
  sends: boolean;
  run: Run;
}) {
  const t = useT();
  const [resent, setResent] = useState<Invited | null>(null);
  const resend = (i: PendingInvitation) =>
    run(team.invite(i.email, i.role, i.language).then(setResent), t('team.link_replaced'));
  return (
    <ul className="rows">
      {invitations.map((i) => (
        <li key={i.id} className="session-row team-invitation">
          <div className="run-words grow">
            <span className="name wrap">{i.email}</span>
            <span className="muted">
              {roleName(i.role)} · {t('team.expires')} <RelativeTime at={i.expires_at} />
            </span>
          </div>
          <MailState invitation={i} sends={sends} />
          {i.changeable && (
            <span className="page-actions">
              {i.link && <CopyButton text={i.link} label={t('secret.copy_link')} />}
              <Button small onClick={() => void resend(i)}>
                {t(sends ? 'team.resend' : 'team.new_link')}
              </Button>
              <Button small kind="quiet" onClick={() => void run(team.revoke(i.id), t('team.revoked'))}>
                {t('team.revoke')}
              </Button>
            </span>
          )}
        </li>
      ))}
      {resent && (
        <Dialog open title={t('team.invited')} onClose={() => setResent(null)} width="md">
          <InvitedLink invited={resent} sends={sends} onClose={() => setResent(null)} />
        </Dialog>
      )}
    </ul>
  );
}
