/** The header of every page: brand, navigation, account. On phones the navigation is a tab bar at the bottom. */
import { Bookmark, House, LayoutGrid, LogIn, Search, Settings, Tv, UserRound } from 'lucide';
import type { IconNode } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { t, type MessageKey } from '../i18n';
import type { SiteInfo } from '../../../shared/viewerApi';
import { ProfileAvatar } from './ProfileAvatar';
import { Bars, Icon } from './Icon';
import { useHeroUnderHeader } from './heroUnderHeader';
import { pictureUrl, srcset } from './pictureSources';

interface NavItem {
  href: string;
  key: MessageKey;
  icon: IconNode;
}
const NAV_LINKS: NavItem[] = [
  { href: '/', key: 'nav.home', icon: House },
  { href: '/browse', key: 'nav.browse', icon: LayoutGrid },
  { href: '/search', key: 'nav.search', icon: Search },
  { href: '/list', key: 'nav.list', icon: Bookmark },
];

const CHANNELS_LINK: NavItem = { href: '/guide', key: 'nav.channels', icon: Tv };

/** The channels are in the navigation when the visitor sees one. */
const navLinks = (site: SiteInfo | null): NavItem[] =>
  site?.channels ? [...NAV_LINKS.slice(0, 1), CHANNELS_LINK, ...NAV_LINKS.slice(1)] : NAV_LINKS;

/** With channels there are six tabs: without an account the list is left out, so that the labels have room. */
const tabLinks = (site: SiteInfo | null): NavItem[] =>
  navLinks(site).filter(({ href }) => !(site?.channels && !site.user && href === '/list'));

export function Brand({ site }: { site: SiteInfo | null }) {
  const name = site?.organization.name ?? 'OTNet';
  const logo = site?.organization.logo ?? null;
  return (
    <a class="brand" href="/" aria-label={t('brand', { name })} data-testid="brand">
      {logo ? (
        <img
          class="logo"
          src={pictureUrl(logo, 'webp', 320) ?? ''}
          srcset={srcset(logo, 'webp')}
          sizes="160px"
          width={logo.width}
          height={logo.height}
          alt=""
        />
      ) : (
        <>
          <span class="brand-word">{name}</span>
          <Bars />
        </>
      )}
    </a>
  );
}

/** Transparent over a hero picture until the page is scrolled. */
function useScrolled(): boolean {
  const [scrolled, set] = useState(false);
  useEffect(() => {
    const update = () => set(scrollY > 24);
    update();
    addEventListener('scroll', update, { passive: true });
    return () => removeEventListener('scroll', update);
  }, []);
  return scrolled;
}

function NavLink({ href, icon, label, path }: { href: string; icon: IconNode; label: string; path: string }) {
  return (
    <a href={href} aria-current={path === href ? 'page' : undefined}>
      <Icon node={icon} />
      <span>{label}</span>
    </a>
  );
}

export function Header({ site, path }: { site: SiteInfo | null; path: string }) {
  const scrolled = useScrolled();
  const transparent = useHeroUnderHeader() && !scrolled;
  return (
    <header class={`head ${transparent ? 'ink head-clear' : 'head-solid'}`}>
      <Brand site={site} />
      <nav class="ways" aria-label={t('nav.main')}>
        {navLinks(site).map(({ href, key, icon }) => (
          <NavLink key={href} href={href} icon={icon} label={t(key)} path={path} />
        ))}
      </nav>
      <div class="who">
        {site &&
          (site.user ? (
            <a
              class="avatar"
              href={site.user.profiles > 1 ? '/profiles' : '/profile'}
              title={site.user.profile.name}
              data-testid="avatar"
            >
              <ProfileAvatar profile={{ ...site.user.profile, has_pin: false }} />
              <span class="unseen">{`${t('nav.profile')}: ${site.user.profile.name}`}</span>
            </a>
          ) : (
            <>
              <a class="icon-button" href="/profile" aria-label={t('nav.settings')} title={t('nav.settings')}>
                <Icon node={Settings} />
              </a>
              <a class="button quiet" href={signInHref(path)} data-testid="sign-in-link">
                <Icon node={LogIn} size={18} />
                {t('nav.sign_in')}
              </a>
            </>
          ))}
      </div>
    </header>
  );
}

export const signInHref = (path: string): string =>
  path === '/' || path.startsWith('/sign-') ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`;

export function Tabs({ site, path }: { site: SiteInfo | null; path: string }) {
  return (
    <nav class="tabs" aria-label={t('nav.main')}>
      {tabLinks(site).map(({ href, key, icon }) => (
        <NavLink key={href} href={href} icon={icon} label={t(key)} path={path} />
      ))}
      <NavLink
        href={(site?.user?.profiles ?? 0) > 1 ? '/profiles' : '/profile'}
        icon={UserRound}
        label={t(site?.user ? 'nav.profile' : 'nav.settings')}
        path={path}
      />
    </nav>
  );
}
