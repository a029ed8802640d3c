import { changeLanguage, currentLanguage, LANGUAGES, t } from '../i18n';
import type { SiteInfo } from '../../../shared/viewerApi';

/** Languages that the server offers and the site is translated to. */
export const availableLanguages = (site: SiteInfo | null): string[] => {
  const known = Object.keys(LANGUAGES);
  return site ? known.filter((tag) => site.languages.includes(tag)) : known;
};

export function LanguageChoice({ site, id }: { site: SiteInfo | null; id: string }) {
  const current = currentLanguage();
  return (
    <select
      id={id}
      class="entry"
      value={current}
      onChange={(event) => void changeLanguage(event.currentTarget.value)}
      data-testid={id}
    >
      {availableLanguages(site).map((tag) => (
        <option key={tag} value={tag} lang={tag} selected={tag === current}>
          {LANGUAGES[tag]!.name}
        </option>
      ))}
    </select>
  );
}

export function Footer({ site }: { site: SiteInfo | null }) {
  const { name = 'OTNet', description = null } = site?.organization ?? {};
  return (
    <footer class="foot">
      <div>
        <strong>{name}</strong>
        {description && <p>{description}</p>}
      </div>
      <ul>
        <li>
          <a href="/activate">{t('footer.activate')}</a>
        </li>
        <li>
          <label for="footer-language">{t('footer.language')}</label>{' '}
          <LanguageChoice site={site} id="footer-language" />
        </li>
        <li class="muted">{t('footer.made')}</li>
      </ul>
    </footer>
  );
}
