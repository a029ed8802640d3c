/** The user's account: password, second factor, sessions. */
import { useT } from '../i18n';
import { usePageRequests } from '../panel/pageRequests';
import { PageHead } from '../resource/PageHead';
import { useSchema } from '../SchemaContext';
import { useSession } from '../session/session';
import { Section } from '../ui/components';
import { Mails } from './Mails';
import { Password } from './Password';
import { Sessions } from './Sessions';
import { TwoFactor } from './TwoFactor';

export function AccountPage() {
  const t = useT();
  const user = useSession().document?.user;
  const sessions = useSchema().find('sessions');
  usePageRequests([
    { name: 'panel.session', method: 'GET', url: '/api/v1/auth/session' },
    ...(sessions
      ? [{ name: 'panel.list' as const, method: 'GET' as const, url: `${sessions.path}?limit=50&sort=-seen_at` }]
      : []),
  ]);
  if (!user) return null;
  return (
    <div className="account">
      <PageHead
        title={t('nav.account')}
        meta={
          <span className="muted">
            {user.name} · {user.email}
          </span>
        }
      />
      <div className="account-grid">
        <Section title={t('account.password')}>
          <Password email={user.email} />
        </Section>
        <Section title={t('account.two_factor')}>
          <TwoFactor on={user.two_factor} />
        </Section>
        <Section title={t('account.preferences')}>
          <Mails user={user} />
        </Section>
      </div>
      {sessions && (
        <Section title={t('account.sessions')}>
          <Sessions path={sessions.path} />
        </Section>
      )}
    </div>
  );
}
