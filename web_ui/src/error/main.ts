/**
 * The page is complete without this script, in English. Where a visitor prefers German, the texts of the errors that
 * any address can cause are replaced; others keep the server's words.
 */
import '../styles/base.css';

const GERMAN: Record<string, { title: string; message: string; remedy: string }> = {
  not_found: {
    title: 'Seite nicht gefunden',
    message: 'Diese Seite gibt es nicht.',
    remedy: 'Beginnen Sie auf der Startseite.',
  },
  method_not_allowed: {
    title: 'Nicht möglich',
    message: 'Diese Adresse nimmt solche Anfragen nicht an.',
    remedy: 'Beginnen Sie auf der Startseite.',
  },
  internal: {
    title: 'Interner Fehler',
    message: 'Ein interner Fehler ist aufgetreten.',
    remedy: 'Versuchen Sie es noch einmal. Einzelheiten stehen im Protokoll des Servers.',
  },
  database_unavailable: {
    title: 'Vorübergehend nicht erreichbar',
    message: 'Die Datenbank ist nicht erreichbar.',
    remedy: 'Versuchen Sie es in ein paar Sekunden noch einmal.',
  },
};

const chosen = localStorage.getItem('otnet.language') ?? navigator.language;
const code = document.querySelector<HTMLMetaElement>('meta[name="otnet-error"]')?.content ?? '';
const words = GERMAN[code];
if (chosen.toLowerCase().startsWith('de') && words) {
  const write = (selector: string, text: string) => {
    const element = document.querySelector(selector);
    if (element) element.textContent = text;
  };
  document.documentElement.lang = 'de';
  document.title = `${words.title} · OTNet`;
  write('main h1', words.title);
  write('main h1 + p', words.message);
  write('main .muted', words.remedy);
  write('[data-testid="home-link"]', 'Zur Startseite');
}
