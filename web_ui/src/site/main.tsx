/** Entry point of the viewers' site. */
import '../styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/cards.css';
import './styles/browse.css';
import './styles/title.css';
import './styles/forms.css';
import './styles/watch.css';
import './styles/guide.css';
import './styles/profiles.css';
import { render } from 'preact';
import { adoptPreloadedPage } from './api/preloaded';
import { startRevalidation } from './api/cache';
import { App } from './App';
import { initLanguage } from './i18n';
import { startArrowKeys } from './nav/arrowKeys';
import { startClientNavigation } from './nav/clientNavigation';
import { storedTheme, applyTheme } from './theme/theme';

const root = document.getElementById('app')!;
applyTheme(storedTheme());
adoptPreloadedPage(document.getElementById('otnet-page')?.textContent, location.pathname);
startClientNavigation();
startArrowKeys();
startRevalidation();
void initLanguage().then(() => {
  root.replaceChildren();
  render(<App />, root);
});

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined));
}
