/** Entry point of the studio, a single page with hash routes. */
import '../styles/base.css';
import './styles/index.css';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { currentLocale } from './i18n';
import './theme/mode';

document.documentElement.lang = currentLocale();
createRoot(document.getElementById('studio')!).render(<App />);
