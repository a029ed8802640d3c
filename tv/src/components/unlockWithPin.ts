// Asks for the parental PIN until it is right.
import { session } from '../session';
import { t } from '../i18n/index';
import type { ComponentRefs } from './refs';

/** Unlocks titles above the age limit. Returns false if the viewer went back. */
export async function unlockWithPin(dialog: ComponentRefs['pin'], title: string, age: number): Promise<boolean> {
  const text = t('pin.text', { title, age });
  let errorText = '';
  for (;;) {
    const pin = await dialog.prompt(t('pin.title'), errorText === '' ? text : errorText, errorText !== '');
    if (pin === null) return false;
    const check = session.parentalLock.check(pin);
    if (check === 'right') break;
    errorText = t(check === 'locked' ? 'pin.locked' : 'pin.wrong');
  }
  session.parentalLock.unlock();
  return true;
}
