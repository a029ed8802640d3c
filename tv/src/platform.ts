// Platform differences other than key maps: exiting, and key registration.
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

/** Called once, before the first key press. */
export function registerPlatformKeys(): void {
  const device = platformWindow().tizen?.tvinputdevice;
  for (const name of device ? TIZEN_REGISTER : []) {
    try {
      device?.registerKey(name);
    } catch {
      // Older sets do not know this key.
    }
  }
  // The Android activity forwards its back button to this function.
  platformWindow().otnetBack = () =>
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'GoBack', code: 'GoBack' }));
}

/** Exits the application through the platform's API. */
export function exitApp(): void {
  const w = platformWindow();
  if (w.tizen?.application) w.tizen.application.getCurrentApplication().exit();
  else if (w.webOS?.platformBack) w.webOS.platformBack();
  else if (w.PalmSystem?.platformBack) w.PalmSystem.platformBack();
  else if (w.OTNetAndroid) w.OTNetAndroid.exit();
  else w.close();
}
