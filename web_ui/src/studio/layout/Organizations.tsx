import MenuItem from '@mui/material/MenuItem';
import { useNotify } from 'react-admin';
import { post } from '../api/http';
import { useT } from '../i18n';
import { schemaText } from '../i18n';
import { session, useSession } from '../session/session';
import { Check, ChevronDown } from '../ui/lucide';
import { Icon } from '../ui/components';
import { MenuButton } from '../ui/MenuButton';

const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The current organization, with a menu of the user's others. An owner without a sandbox can create one. */
export function Organizations() {
  const t = useT();
  const notify = useNotify();
  const { document: sessionDocument } = useSession();
  const current = sessionDocument?.organization;
  const all = sessionDocument?.organizations ?? [];
  const role = current ? schemaText(capitalize(current.role), `option.role.${current.role}`) : '';
  const summary = (
    <>
      <span className="org-mark" aria-hidden="true">
        {current?.name.charAt(0).toUpperCase()}
      </span>
      <span className="org-words">
        <b dir="auto">{current?.name ?? t('org.none')}</b>
        <span>{current?.mode === 'test' ? t('org.sandbox.badge', { role }) : role}</span>
      </span>
    </>
  );
  const canCreateSandbox = current?.role === 'owner' && !all.some((o) => o.mode === 'test');
  const createSandbox = async () => {
    try {
      const sandbox = await post<{ id: string }>('/api/v1/dashboard/organizations', {
        name: t('org.sandbox.name', { name: current?.name ?? '' }),
        mode: 'test',
      });
      location.hash = '#/';
      await session.organization(sandbox.id);
    } catch (error) {
      notify((error as Error).message, { type: 'error' });
    }
  };
  if (all.length < 2 && !canCreateSandbox) return <div className="org">{summary}</div>;
  return (
    <MenuButton
      trigger={(props) => (
        <button type="button" className="org org-btn" {...props}>
          {summary}
          <span className="sr">{t('org.switch')}</span>
          <Icon icon={ChevronDown} />
        </button>
      )}
    >
      {(close) => [
        ...all.map((o) => (
          <MenuItem
            key={o.id}
            selected={o.id === current?.id}
            onClick={() => {
              close();
              if (o.id !== current?.id) {
                location.hash = '#/';
                void session.organization(o.id);
              }
            }}
          >
            <span className="grow" dir="auto">
              {o.name}
            </span>
            {o.mode === 'test' && <span className="muted">{t('org.sandbox')}</span>}
            {o.id === current?.id && <Icon icon={Check} />}
          </MenuItem>
        )),
        ...(canCreateSandbox
          ? [
              <MenuItem
                key="sandbox"
                onClick={() => {
                  close();
                  void createSandbox();
                }}
              >
                <span className="menu-words">
                  {t('org.sandbox.create')}
                  <small className="muted">{t('org.sandbox.help')}</small>
                </span>
              </MenuItem>,
            ]
          : []),
      ]}
    </MenuButton>
  );
}
