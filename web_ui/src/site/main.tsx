/** The viewers' site: what the server put into the page is taken, then everything is drawn and listened to. */
import '../styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/cards.css';
import './styles/title.css';
import './styles/forms.css';
import './styles/watch.css';
import { render } from 'preact';
import { takePage } from './api/preloaded';
import { keepFresh } from './api/cache';
import { App } from './App';
import { startLanguage } from './i18n';
import { startFeed } from './live/mediaEvents';
import { startArrows } from './nav/arrowKeys';
import { startGoing } from './nav/clientNavigation';
import { look, wear } from './theme/theme';

const root = document.getElementById('app')!;
wear(look());
takePage(document.getElementById('otnet-page')?.textContent, location.pathname);
startGoing();
startArrows();
startFeed();
keepFresh();
void startLanguage().then(() => {
  root.replaceChildren();
  render(<App />, root);
});

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined));
}
