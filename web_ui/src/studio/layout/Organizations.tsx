import MenuItem from '@mui/material/MenuItem';
import { useT } from '../i18n';
import { schemaText } from '../i18n';
import { session, useSession } from '../session/session';
import { Check, ChevronDown } from '../ui/lucide';
import { Icon } from '../ui/components';
import { MenuButton } from '../ui/MenuButton';

const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The current organization, with a menu of the user's others. */
export function Organizations() {
  const t = useT();
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
        <span>{role}</span>
      </span>
    </>
  );
  if (all.length < 2) return <div className="org">{summary}</div>;
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
      {(close) =>
        all.map((o) => (
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
            {o.id === current?.id && <Icon icon={Check} />}
          </MenuItem>
        ))
      }
    </MenuButton>
  );
}
