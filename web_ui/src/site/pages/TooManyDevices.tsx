/** Sign-in beyond the devices of the account: the viewer signs one of them out. */
import type { Problem } from '../../../shared/problem';
import { relativeTime } from '../../../shared/time';
import { currentLanguage, t } from '../i18n';
import { deviceName } from '../labels';

interface Device {
  id: string;
  agent: string;
  seen_at: string;
}

const devicesOf = ({ members }: Problem): Device[] =>
  Array.isArray(members.devices) ? (members.devices as Device[]) : [];

export function TooManyDevices({ problem, signOut }: { problem: Problem; signOut: (id: string) => void }) {
  return (
    <div class="stack" role="alert" data-testid="too-many-devices">
      <p>{t('sign_in.too_many_devices')}</p>
      <ul class="lines">
        {devicesOf(problem).map((device) => (
          <li key={device.id}>
            <span>
              {deviceName(device.agent)}
              <span class="line">{t('profile.seen', { when: relativeTime(device.seen_at, currentLanguage()) })}</span>
            </span>
            <button
              type="button"
              class="button quiet small"
              onClick={() => signOut(device.id)}
              aria-label={t('sign_in.sign_out_label', { device: deviceName(device.agent) })}
            >
              {t('sign_in.sign_out')}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
