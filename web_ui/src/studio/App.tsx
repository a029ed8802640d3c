/** Shows set-up, sign-in or the studio, depending on the session. */
import { ThemeProvider } from '@mui/material/styles';
import { lazy, Suspense, useEffect } from 'react';
import { SignedOut } from './auth/SignedOut';
import { useHash } from './auth/useHash';
import { useT } from './i18n';
import { session, useSession } from './session/session';
import { useTheme } from './theme/mode';
import { muiThemes } from './theme/mui';
import { RotateCcw } from './ui/lucide';
import { Bars, Button } from './ui/components';

const Studio = lazy(() => import('./Studio'));
/** Paths that are only for signed-out users. */
const SIGNED_OUT_PATHS = /^\/(login|setup|forgot|reset)\b/;

function LoadingScreen() {
  const t = useT();
  return (
    <main className="splash" role="status" aria-label={t('loading')}>
      <Bars className="bars-wide loading" />
    </main>
  );
}

function ServerUnreachable() {
  const t = useT();
  return (
    <main className="splash">
      <Bars className="bars-wide" />
      <h1>{t('fault.network')}</h1>
      <p>{t('fault.network_remedy')}</p>
      <Button kind="primary" icon={RotateCcw} onClick={() => void session.read()}>
        {t('try_again')}
      </Button>
    </main>
  );
}

function SessionGate() {
  const { document: sessionDocument, unreachable } = useSession();
  const { path } = useHash();
  useEffect(() => void session.read(), []);
  const signedIn = Boolean(sessionDocument?.user);
  useEffect(() => {
    if (signedIn && SIGNED_OUT_PATHS.test(path)) location.replace('#/');
  }, [signedIn, path]);
  if (unreachable) return <ServerUnreachable />;
  if (!sessionDocument) return <LoadingScreen />;
  if (!signedIn || path === '/invitation' || path === '/verify') return <SignedOut document={sessionDocument} />;
  return (
    <Suspense fallback={<LoadingScreen />}>
      <Studio key={sessionDocument.organization?.id ?? ''} />
    </Suspense>
  );
}

export function App() {
  return (
    <ThemeProvider theme={muiThemes[useTheme()]}>
      <SessionGate />
    </ThemeProvider>
  );
}
