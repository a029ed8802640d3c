// Asks who is watching, and for the PIN of that profile.
import type { ViewerProfile } from '../../../web_ui/shared/viewerApi';
import { asProblem } from '../api/client';
import { t } from '../i18n/index';
import { session } from '../session';

interface Dialogs {
  chooser: { prompt(title: string, labels: string[], chosen?: number): Promise<number | null> };
  pin: { prompt(title: string, text: string, wrong?: boolean): Promise<string | null> };
}

/** Changes to the chosen profile. False: none was chosen. */
export async function chooseProfile({ chooser, pin }: Dialogs): Promise<boolean> {
  const { items } = await session.client.get<{ items: ViewerProfile[] }>('/api/v1/me/profiles');
  const labels = items.map(({ name, has_pin }) => (has_pin ? t('profiles.locked', { name }) : name));
  const active = items.findIndex((profile) => profile.active);
  const answer = await chooser.prompt(t('profiles.title'), labels, active);
  const profile = answer === null ? undefined : items[answer];
  if (!profile) return false;
  let digits = '';
  let wrong = false;
  for (;;) {
    if (profile.has_pin) {
      const text = wrong ? t('pin.wrong') : t('profiles.pin', { name: profile.name });
      const entered = await pin.prompt(t('pin.title'), text, wrong);
      if (entered === null) return false;
      digits = entered;
    }
    try {
      await session.switchProfile(profile.id, digits);
      return true;
    } catch (error) {
      if (asProblem(error).code !== 'wrong_pin') throw error;
      wrong = true;
    }
  }
}
