/** The team on one page: people, their roles and sessions, and pending invitations. */
import { useQuery } from '@tanstack/react-query';
import { useNotify } from 'react-admin';
import { Link, useSearchParams } from 'react-router-dom';
import { useT } from '../i18n';
import { usePageRequests } from '../panel/pageRequests';
import { PageHead } from '../resource/PageHead';
import { session, useSession } from '../session/session';
import { Plus } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Bars, Button, Section } from '../ui/components';
import { Invitations } from './Invitations';
import { InviteDialog } from './InviteDialog';
import { People } from './People';
import { TEAM, team, type Team } from './team';

/** `#/team?invite=1` opens the dialog, as the command “Invite somebody” does. */
export function TeamPage() {
  const t = useT();
  const notify = useNotify();
  const role = useSession().document?.organization?.role ?? '';
  const [params, setParams] = useSearchParams();
  const inviting = params.has('invite');
  const setInviting = (open: boolean) => setParams(open ? { invite: '1' } : {}, { replace: true });
  usePageRequests([{ name: 'panel.get', method: 'GET', url: TEAM }]);
  const { data, error, refetch } = useQuery({ queryKey: ['team'], queryFn: ({ signal }) => team.read(signal) });
  const run = async (work: Promise<unknown>, done: string) => {
    try {
      await work;
      notify(done);
    } catch (problem) {
      notify((problem as Error).message, { type: 'error' });
    }
    await Promise.all([refetch(), session.read()]);
  };
  return (
    <div className="team-page">
      <PageHead title={t('team.title')}>
        <Button kind="primary" icon={Plus} onClick={() => setInviting(true)}>
          {t('team.invite')}
        </Button>
      </PageHead>
      {error && !data ? (
        <ProblemNotice error={error} retry={() => void refetch()} />
      ) : data ? (
        <Body data={data} role={role} run={run} />
      ) : (
        <div className="waiting" role="status" aria-label={t('loading')}>
          <Bars className="bars-wide loading" />
        </div>
      )}
      {inviting && (
        <InviteDialog
          role={role}
          sends={data?.sends ?? false}
          onClose={() => setInviting(false)}
          onInvited={() => void refetch()}
        />
      )}
    </div>
  );
}

function Body({
  data,
  role,
  run,
}: {
  data: Team;
  role: string;
  run: (work: Promise<unknown>, done: string) => Promise<void>;
}) {
  const t = useT();
  const viewers = `/memberships?filter=${encodeURIComponent('{"role":"audience"}')}`;
  return (
    <div className="stack wide-gap">
      {data.invitations.length > 0 && (
        <Section title={t('team.pending')} count={data.invitations.length}>
          <Invitations invitations={data.invitations} sends={data.sends} run={run} />
        </Section>
      )}
      <Section title={t('team.people')} count={data.people.length}>
        <People people={data.people} role={role} run={run} />
      </Section>
      {data.viewers > 0 && (
        <p className="muted">
          <Link className="link" to={viewers}>
            {t('team.viewers', { smart_count: data.viewers })}
          </Link>
        </p>
      )}
    </div>
  );
}
