// What differs between televisions, besides keys: how an application ends and what it must ask for at start.
import { platformOf, TIZEN_REGISTER, type Platform } from './keys/keyMaps';

interface TizenWindow {
  tizen?: {
    tvinputdevice?: { registerKey(name: string): void };
    application?: { getCurrentApplication(): { exit(): void } };
  };
  webOS?: { platformBack?: () => void };
  PalmSystem?: { platformBack?: () => void };
  OTNetAndroid?: { exit(): void };
  otnetBack?: () => void;
}

const platformWindow = (): Window & TizenWindow => window as Window & TizenWindow;
export const platform: Platform = platformOf(typeof navigator === 'undefined' ? '' : navigator.userAgent);

/** Once, before the first key. */
export function registerPlatformKeys(): void {
  const device = platformWindow().tizen?.tvinputdevice;
  for (const name of device ? TIZEN_REGISTER : []) {
    try {
      device?.registerKey(name);
    } catch {
      // An older set does not know this key; the others still work.
    }
  }
  // The Android activity hands its back button over, instead of leaving at once.
  platformWindow().otnetBack = () =>
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'GoBack', code: 'GoBack' }));
}

/** Ends the application, in the way each platform asks for. */
export function exitApp(): void {
  const w = platformWindow();
  if (w.tizen?.application) w.tizen.application.getCurrentApplication().exit();
  else if (w.webOS?.platformBack) w.webOS.platformBack();
  else if (w.PalmSystem?.platformBack) w.PalmSystem.platformBack();
  else if (w.OTNetAndroid) w.OTNetAndroid.exit();
  else w.close();
}
