/** What this device remembers: language, look, subtitles. */
import { useState } from 'preact/hooks';
import { captions, CAPTION_LANGUAGES, chooseCaptions } from '../captionPreference';
import { currentLanguage, t, type Key } from '../i18n';
import { LanguageChoice } from '../components/Footer';
import { chooseLook, look, LOOKS, type Look } from '../theme/theme';
import type { Site } from '../types';
import { language } from '../labels';

const LOOK_WORDS: Record<Look, Key> = {
  system: 'profile.look_system',
  ink: 'profile.look_ink',
  paper: 'profile.look_paper',
};

export function Device({ site }: { site: Site | null }) {
  const [worn, setWorn] = useState(look());
  const [shown, setShown] = useState(captions());
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
            value={worn}
            onChange={(e) => {
              const next = e.currentTarget.value as Look;
              chooseLook(next);
              setWorn(next);
            }}
          >
            {LOOKS.map((name) => (
              <option key={name} value={name} selected={name === worn}>
                {t(LOOK_WORDS[name])}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="profile-captions">{t('profile.captions')}</label>
          <select
            id="profile-captions"
            class="entry"
            value={shown}
            onChange={(e) => {
              chooseCaptions(e.currentTarget.value);
              setShown(captions());
            }}
            data-testid="captions"
          >
            <option value="" selected={shown === ''}>
              {t('profile.captions_title')}
            </option>
            <option value="off" selected={shown === 'off'}>
              {t('profile.captions_off')}
            </option>
            {[...new Set([currentLanguage(), ...CAPTION_LANGUAGES, ...(shown && shown !== 'off' ? [shown] : [])])].map(
              (tag) => (
                <option key={tag} value={tag} selected={tag === shown}>
                  {language(tag)}
                </option>
              ),
            )}
          </select>
        </div>
      </div>
    </section>
  );
}
