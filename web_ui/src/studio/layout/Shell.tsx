/** The frame of every page: navigation, content, API panel. */
import Drawer from '@mui/material/Drawer';
import { lazy, Suspense, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { Notification, useStore } from 'react-admin';
import { Link, useLocation, useNavigate } from 'react-router-dom';
import { DESTINATIONS } from '../commands/destinations';
import { COMMAND_KEY, ShortcutsDialog } from '../commands/ShortcutsDialog';
import { useT } from '../i18n';
import { ApiPanel } from '../panel/ApiPanel';
import { useSchema } from '../SchemaContext';
import { CodeXml, Menu, Search } from '../ui/lucide';
import { Bars, Icon, IconButton } from '../ui/components';
import { DropAnywhere } from '../uploads/DropAnywhere';
import { useCommandKey, useShortcuts } from './shortcuts';
import { Nav } from './Nav';
import { Organizations } from './Organizations';
import { UserMenu } from './UserMenu';

const CommandDialog = lazy(() => import('../commands/CommandDialog'));

function onOnlineChange(listener: () => void): () => void {
  for (const name of ['online', 'offline']) addEventListener(name, listener);
  return () => {
    for (const name of ['online', 'offline']) removeEventListener(name, listener);
  };
}

export function Shell({ children }: { children: ReactNode }) {
  const t = useT();
  const schema = useSchema();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const [menu, setMenu] = useState(false);
  const online = useSyncExternalStore(onOnlineChange, () => navigator.onLine);
  const [open, setOpen] = useState<'commands' | 'shortcuts' | null>(null);
  const [panel, setPanel] = useStore('panel.open', false);
  const shortcuts = useMemo(
    () => ({
      a: () => setPanel((open: boolean) => !open),
      '/': () => document.querySelector<HTMLInputElement>('[data-search]')?.focus(),
      '?': () => setOpen('shortcuts'),
      ...Object.fromEntries(
        DESTINATIONS.filter((d) => !d.resource || schema.may('list', d.resource)).map((d) => [
          `g ${d.key}`,
          () => navigate(d.path),
        ]),
      ),
      n: () => {
        const r = schema.find(pathname.split('/')[1] ?? '');
        if (r?.verbs.includes('create')) navigate(`/${r.plural}/create`);
      },
    }),
    [schema, navigate, pathname, setPanel],
  );
  useShortcuts(shortcuts);
  useCommandKey(() => setOpen('commands'));
  // On navigation, scroll to the top and move the focus to the content.
  const previousPath = useRef(pathname);
  useEffect(() => {
    if (previousPath.current === pathname) return;
    previousPath.current = pathname;
    main.current?.scrollTo(0, 0);
    if (!main.current?.contains(document.activeElement)) main.current?.focus();
  }, [pathname]);
  return (
    <div className={`shell ${panel ? 'with-panel' : ''}`}>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        {t('nav.skip')}
      </button>
      <aside className="side">
        <Link to="/" className="brand" aria-label={t('nav.brand')}>
          <span className="brand-word">OTNet</span>
          <Bars />
        </Link>
        <Nav />
      </aside>
      <Drawer open={menu} onClose={() => setMenu(false)}>
        <div className="side side-drawer">
          <span className="brand">
            <span className="brand-word">OTNet</span>
            <Bars />
          </span>
          <Nav onNavigate={() => setMenu(false)} />
        </div>
      </Drawer>
      <header className="bar">
        <IconButton className="menu-btn" label={t('nav.menu')} icon={Menu} onClick={() => setMenu(true)} />
        <Organizations />
        <span className="grow" />
        <button
          type="button"
          className="btn btn-quiet search-btn"
          aria-haspopup="dialog"
          aria-keyshortcuts="Control+K Meta+K"
          aria-label={t('commands.title')}
          onClick={() => setOpen('commands')}
        >
          <Icon icon={Search} />
          <span className="wide-only">{t('commands.search')}</span>
          <span className="key wide-only" data-key={COMMAND_KEY} aria-hidden="true" />
        </button>
        <button
          type="button"
          className="btn btn-quiet api-btn"
          aria-expanded={panel}
          aria-keyshortcuts="a"
          title={t('panel.open')}
          onClick={() => setPanel(!panel)}
          data-testid="api-button"
        >
          <Icon icon={CodeXml} />
          API
          <span className="key wide-only" data-key="A" aria-hidden="true" />
        </button>
        <UserMenu />
      </header>
      <main ref={main} tabIndex={-1} className="main">
        {!online && (
          <p className="offline-bar" role="status">
            {t('fault.offline')}
          </p>
        )}
        {children}
      </main>
      {panel && <ApiPanel onClose={() => setPanel(false)} />}
      {open === 'commands' && (
        <Suspense>
          <CommandDialog onClose={() => setOpen(null)} />
        </Suspense>
      )}
      {open === 'shortcuts' && <ShortcutsDialog onClose={() => setOpen(null)} />}
      <DropAnywhere />
      <Notification />
    </div>
  );
}
