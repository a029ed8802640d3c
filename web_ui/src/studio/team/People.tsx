/** The people of the team: role in place, sign out everywhere, remove. */
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { useT } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { MenuButton } from '../ui/MenuButton';
import { Ellipsis, ShieldCheck } from '../ui/lucide';
import { Button, IconButton, RelativeTime, StatusBadge } from '../ui/components';
import { RoleOptions, roleName } from './RoleSelect';
import { grantableRoles, team, type TeamMember } from './team';

type Run = (work: Promise<unknown>, done: string) => Promise<void>;

function Removal({ person, run, onClose }: { person: TeamMember; run: Run; onClose: () => void }) {
  const t = useT();
  return (
    <Dialog open title={t('team.remove_title', { name: person.name })} onClose={onClose}>
      <div className="dialog-body">
        <p>{t('team.remove_why')}</p>
      </div>
      <footer className="dialog-foot">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button kind="danger" onClick={() => void run(team.remove(person.id), t('team.removed')).then(onClose)}>
          {t('team.remove')}
        </Button>
      </footer>
    </Dialog>
  );
}

function Person({ person, role, run, onRemove }: { person: TeamMember; role: string; run: Run; onRemove: () => void }) {
  const t = useT();
  const lastSeen = person.last_seen_at ? <RelativeTime at={person.last_seen_at} /> : t('team.never');
  return (
    <tr>
      <td className="first">
        <span className="name-cell">
          <span className="avatar" aria-hidden="true">
            {person.name.trim().slice(0, 1).toUpperCase()}
          </span>
          <span className="team-name">
            <span className="name" dir="auto">
              <Link className="link" to={`/users/${person.user}/show`}>
                {person.name}
              </Link>
              {person.own && <span className="muted"> {t('team.you')}</span>}
            </span>
            <span className="muted wrap">{person.email}</span>
          </span>
        </span>
      </td>
      <td data-label={t('team.role')}>
        {person.changeable ? (
          <select
            className="control control-small"
            aria-label={t('team.role_of', { name: person.name })}
            value={person.role}
            onChange={(e) => void run(team.changeRole(person.id, e.target.value), t('team.role_changed'))}
          >
            <RoleOptions roles={grantableRoles(role)} />
          </select>
        ) : (
          roleName(person.role)
        )}
      </td>
      <td data-label={t('team.last_seen')}>{lastSeen}</td>
      <td data-label={t('team.sessions')} className="right num">
        {person.sessions}
      </td>
      <td data-label={t('account.two_factor')}>
        {person.two_factor ? (
          <StatusBadge tone="ready" icon={ShieldCheck}>
            {t('team.on')}
          </StatusBadge>
        ) : (
          <span className="muted">{t('team.off')}</span>
        )}
      </td>
      <td className="right">
        {person.changeable && (
          <MenuButton
            trigger={(props) => <IconButton label={t('team.more', { name: person.name })} icon={Ellipsis} {...props} />}
          >
            {(close) => [
              <MenuItem
                key="out"
                disabled={person.sessions === 0}
                onClick={() => {
                  close();
                  void run(team.signOut(person.id), t('team.signed_out', { name: person.name }));
                }}
              >
                {t(person.own ? 'team.sign_out_elsewhere' : 'team.sign_out')}
              </MenuItem>,
              <MenuItem
                key="remove"
                onClick={() => {
                  close();
                  onRemove();
                }}
              >
                {t(person.own ? 'team.leave' : 'team.remove')}
              </MenuItem>,
            ]}
          </MenuButton>
        )}
      </td>
    </tr>
  );
}

export function People({ people, role, run }: { people: readonly TeamMember[]; role: string; run: Run }) {
  const t = useT();
  const [removing, setRemoving] = useState<TeamMember | null>(null);
  return (
    <>
      <table className="table plain team-table">
        <thead>
          <tr>
            <th scope="col">{t('team.person')}</th>
            <th scope="col">{t('team.role')}</th>
            <th scope="col">{t('team.last_seen')}</th>
            <th scope="col" className="right">
              {t('team.sessions')}
            </th>
            <th scope="col">{t('account.two_factor')}</th>
            <th scope="col">
              <span className="sr">{t('team.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {people.map((p) => (
            <Person key={p.id} person={p} role={role} run={run} onRemove={() => setRemoving(p)} />
          ))}
        </tbody>
      </table>
      {removing && <Removal person={removing} run={run} onClose={() => setRemoving(null)} />}
    </>
  );
}
