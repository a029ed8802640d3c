/** The router. Pages are re-created when the path or the language changes. */
import { useEffect, useState } from 'preact/hooks';
import { Route, Switch, useLocation } from 'wouter-preact';
import { currentLanguage, onLanguage, t } from './i18n';
import { Footer } from './components/Footer';
import { Header, Tabs } from './components/Header';
import { watchReminders } from './guide/reminders';
import { useSite } from './session';
import { applyAccent } from './theme/theme';
import { Activate } from './pages/Activate';
import { Browse } from './pages/Browse';
import { Channel } from './pages/Channel';
import { Guide } from './pages/Guide';
import { Home } from './pages/Home';
import { Listing } from './pages/Listing';
import { Watchlist } from './pages/Watchlist';
import { NotFound } from './pages/NotFound';
import { Person } from './pages/Person';
import { Preview } from './pages/Preview';
import { Profile } from './pages/Profile';
import { Profiles } from './pages/Profiles';
import { Reset } from './pages/Reset';
import { Search } from './pages/Search';
import { Series } from './pages/Series';
import { SignIn } from './pages/SignIn';
import { SignUp } from './pages/SignUp';
import { Title } from './pages/Title';
import { Watch } from './pages/Watch';

function useOnline(): boolean {
  const [online, set] = useState(navigator.onLine);
  useEffect(() => {
    const updateOnline = () => set(navigator.onLine);
    addEventListener('online', updateOnline);
    addEventListener('offline', updateOnline);
    return () => {
      removeEventListener('online', updateOnline);
      removeEventListener('offline', updateOnline);
    };
  }, []);
  return online;
}

export function App() {
  const [path] = useLocation();
  const { site } = useSite();
  const [language, setLanguage] = useState(currentLanguage());
  const online = useOnline();
  useEffect(() => onLanguage(() => setLanguage(currentLanguage())), []);
  useEffect(() => applyAccent(site?.organization.accent ?? null), [site?.organization.accent]);
  useEffect(watchReminders, []);
  const watching = path.startsWith('/watch/') || path.startsWith('/channel/');
  return (
    <div class={watching ? 'site watching' : 'site'} key={language}>
      <a class="skip" href="#content">
        {t('skip')}
      </a>
      {!watching && <Header site={site} path={path} />}
      {!online && (
        <p class="offline-bar" role="status" data-testid="offline-bar">
          {t('fault.offline_bar')}
        </p>
      )}
      <Switch>
        <Route path="/">
          <Home />
        </Route>
        <Route path="/search">
          <Search />
        </Route>
        <Route path="/title/:slug">{({ slug }) => <Title key={slug} slug={slug} />}</Route>
        <Route path="/series/:slug">{({ slug }) => <Series key={slug} slug={slug} />}</Route>
        <Route path="/person/:slug">{({ slug }) => <Person key={slug} slug={slug} />}</Route>
        <Route path="/category/:slug">{({ slug }) => <Listing key={`c ${slug}`} kind="category" slug={slug} />}</Route>
        <Route path="/genre/:slug">{({ slug }) => <Listing key={`g ${slug}`} kind="genre" slug={slug} />}</Route>
        <Route path="/preview/:token">{({ token }) => <Preview key={token} token={token} />}</Route>
        <Route path="/watch/:id">{({ id }) => <Watch id={id} />}</Route>
        <Route path="/channel/:slug">{({ slug }) => <Channel key={slug} slug={slug} />}</Route>
        <Route path="/guide">
          <Guide />
        </Route>
        <Route path="/browse">
          <Browse />
        </Route>
        <Route path="/list">
          <Watchlist />
        </Route>
        <Route path="/profile">
          <Profile />
        </Route>
        <Route path="/profiles">
          <Profiles />
        </Route>
        <Route path="/sign-in">
          <SignIn />
        </Route>
        <Route path="/sign-up">
          <SignUp />
        </Route>
        <Route path="/reset">
          <Reset />
        </Route>
        <Route path="/activate">
          <Activate />
        </Route>
        <Route>
          <NotFound key={path} />
        </Route>
      </Switch>
      {!watching && <Footer site={site} />}
      {!watching && <Tabs site={site} path={path} />}
    </div>
  );
}
