import { useStore } from 'react-admin';
import { useT } from '../i18n';
import { CopyButton } from '../ui/components';
import { snippet, type Draft, type Language } from './snippets';

const LANGUAGES: [Language, string][] = [
  ['curl', 'curl'],
  ['python', 'Python'],
  ['javascript', 'JavaScript'],
];

export function CodeSnippet({ draft }: { draft: Draft }) {
  const t = useT();
  const [language, choose] = useStore<Language>('panel.language', 'curl');
  const text = snippet(language, draft);
  const secrets =
    draft.surface === 'partner' ? t('panel.env_key') : draft.surface === 'dashboard' ? t('panel.env_login') : '';
  return (
    <section className="code-view" aria-label={t('panel.code')}>
      <header>
        <div className="tabs-lite" role="group" aria-label={t('panel.language')}>
          {LANGUAGES.map(([name, words]) => (
            <button key={name} type="button" aria-pressed={name === language} onClick={() => choose(name)}>
              {words}
            </button>
          ))}
        </div>
        <CopyButton kind="quiet" text={text} label={t('copy')} />
      </header>
      <pre className="json" tabIndex={0} role="region" aria-label={t('panel.code')} data-testid="panel-code">
        {text}
      </pre>
      {secrets && <p className="field-help">{secrets}</p>}
    </section>
  );
}
