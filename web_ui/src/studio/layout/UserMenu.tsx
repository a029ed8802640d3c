import MenuItem from '@mui/material/MenuItem';
import { useNavigate } from 'react-router-dom';
import { changeLocale, LOCALES, useLocale, useT } from '../i18n';
import { session, useSession } from '../session/session';
import { chooseTheme, useThemeChoice } from '../theme/mode';
import { BookOpen, Check, Globe, Languages, LogOut, Monitor, Moon, Sun, User } from '../ui/lucide';
import { Icon } from '../ui/components';
import { MenuButton } from '../ui/MenuButton';

const THEMES = [
  ['ink', Moon],
  ['paper', Sun],
  ['system', Monitor],
] as const;

export function UserMenu() {
  const t = useT();
  const locale = useLocale();
  const theme = useThemeChoice();
  const navigate = useNavigate();
  const user = useSession().document?.user;
  return (
    <MenuButton
      trigger={(props) => (
        <button
          type="button"
          className="avatar"
          aria-label={t('nav.account_of', { name: user?.name ?? '' })}
          data-testid="user-menu"
          {...props}
        >
          {(user?.name || user?.email || '?').charAt(0).toUpperCase()}
        </button>
      )}
    >
      {(close) => [
        <MenuItem
          key="account"
          onClick={() => {
            close();
            navigate('/account');
          }}
        >
          <Icon icon={User} />
          <span className="grow">
            {t('nav.account')}
            <span className="menu-sub">{user?.email}</span>
          </span>
        </MenuItem>,
        <MenuItem key="docs" component="a" href="/docs" target="_blank" rel="noopener">
          <Icon icon={BookOpen} />
          {t('nav.docs')}
        </MenuItem>,
        <MenuItem key="site" component="a" href="/" target="_blank" rel="noopener">
          <Icon icon={Globe} />
          {t('nav.site')}
        </MenuItem>,
        <li key="line" role="separator" className="menu-line" />,
        ...THEMES.map(([name, icon]) => (
          <MenuItem key={name} role="menuitemradio" aria-checked={theme === name} onClick={() => chooseTheme(name)}>
            <Icon icon={icon} />
            <span className="grow">{t(`theme.${name}`)}</span>
            {theme === name && <Icon icon={Check} />}
          </MenuItem>
        )),
        <li key="line2" role="separator" className="menu-line" />,
        ...LOCALES.map((l) => (
          <MenuItem
            key={l.locale}
            role="menuitemradio"
            aria-checked={locale === l.locale}
            lang={l.locale}
            onClick={() => changeLocale(l.locale)}
          >
            <Icon icon={Languages} />
            <span className="grow">{l.name}</span>
            {locale === l.locale && <Icon icon={Check} />}
          </MenuItem>
        )),
        <li key="line3" role="separator" className="menu-line" />,
        <MenuItem key="out" onClick={() => void session.logout()}>
          <Icon icon={LogOut} />
          {t('nav.sign_out')}
        </MenuItem>,
      ]}
    </MenuButton>
  );
}
