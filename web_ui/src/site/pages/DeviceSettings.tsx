/** Settings stored on this device: language, theme, subtitles. */
import { useState } from 'preact/hooks';
import { captionPreference, CAPTION_LANGUAGES, setCaptionPreference } from '../captionPreference';
import { currentLanguage, t, type MessageKey } from '../i18n';
import { LanguageChoice } from '../components/Footer';
import { chooseTheme, storedTheme, THEME_CHOICES, type ThemeChoice } from '../theme/theme';
import type { SiteInfo } from '../../../shared/viewerApi';
import { languageName } from '../labels';

const THEME_LABELS: Record<ThemeChoice, MessageKey> = {
  system: 'profile.look_system',
  ink: 'profile.look_ink',
  paper: 'profile.look_paper',
};

export function DeviceSettings({ site }: { site: SiteInfo | null }) {
  const [theme, setTheme] = useState(storedTheme());
  const [captions, setCaptions] = useState(captionPreference());
  return (
    <section class="part" aria-labelledby="device">
      <div class="part-words">
        <h2 id="device">{t('profile.this')}</h2>
        <p class="muted">{t('profile.captions_why')}</p>
      </div>
      <div class="part-body stack">
        <div class="field">
          <label for="profile-language">{t('profile.language')}</label>
          <LanguageChoice site={site} id="profile-language" />
        </div>
        <div class="field">
          <label for="profile-look">{t('profile.look')}</label>
          <select
            id="profile-look"
            class="entry"
            value={theme}
            onChange={(e) => {
              const next = e.currentTarget.value as ThemeChoice;
              chooseTheme(next);
              setTheme(next);
            }}
          >
            {THEME_CHOICES.map((name) => (
              <option key={name} value={name} selected={name === theme}>
                {t(THEME_LABELS[name])}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="profile-captions">{t('profile.captions')}</label>
          <select
            id="profile-captions"
            class="entry"
            value={captions}
            onChange={(e) => {
              setCaptionPreference(e.currentTarget.value);
              setCaptions(captionPreference());
            }}
            data-testid="captions"
          >
            <option value="" selected={captions === ''}>
              {t('profile.captions_title')}
            </option>
            <option value="off" selected={captions === 'off'}>
              {t('profile.captions_off')}
            </option>
            {[
              ...new Set([
                currentLanguage(),
                ...CAPTION_LANGUAGES,
                ...(captions && captions !== 'off' ? [captions] : []),
              ]),
            ].map((tag) => (
              <option key={tag} value={tag} selected={tag === captions}>
                {languageName(tag)}
              </option>
            ))}
          </select>
        </div>
      </div>
    </section>
  );
}
