import MenuItem from '@mui/material/MenuItem';
import { useT } from '../i18n';
import { schemaWord } from '../i18n';
import { session, useSession } from '../session/session';
import { Check, ChevronDown } from '../ui/lucide';
import { Icon } from '../ui/components';
import { MenuButton } from '../ui/MenuButton';

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Which organization this is, and the others one belongs to. */
export function Organizations() {
  const t = useT();
  const { document: known } = useSession();
  const now = known?.organization;
  const all = known?.organizations ?? [];
  const role = now ? schemaWord(capital(now.role), `option.role.${now.role}`) : '';
  const face = (
    <>
      <span className="org-mark" aria-hidden="true">
        {now?.name.charAt(0).toUpperCase()}
      </span>
      <span className="org-words">
        <b dir="auto">{now?.name ?? t('org.none')}</b>
        <span>{role}</span>
      </span>
    </>
  );
  if (all.length < 2) return <div className="org">{face}</div>;
  return (
    <MenuButton
      trigger={(props) => (
        <button type="button" className="org org-btn" {...props}>
          {face}
          <span className="sr">{t('org.switch')}</span>
          <Icon of={ChevronDown} />
        </button>
      )}
    >
      {(close) =>
        all.map((o) => (
          <MenuItem
            key={o.id}
            selected={o.id === now?.id}
            onClick={() => {
              close();
              if (o.id !== now?.id) {
                location.hash = '#/';
                void session.organization(o.id);
              }
            }}
          >
            <span className="grow" dir="auto">
              {o.name}
            </span>
            {o.id === now?.id && <Icon of={Check} />}
          </MenuItem>
        ))
      }
    </MenuButton>
  );
}
