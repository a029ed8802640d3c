import { useT } from '../../i18n';
import { State, Time } from '../../ui/components';
import type { Shown } from '../types';

export function Column({ field, value }: Shown) {
  const t = useT();
  const at = typeof value === 'string' ? value : null;
  // The end of an overlap is waited for: it is counted down.
  if (at && field.name === 'old_until' && Date.parse(at) > Date.now())
    return (
      <State tone="waiting">
        <Time at={at} countdown /> {t('time.left')}
      </State>
    );
  if (at && field.name === 'revoked_at')
    return (
      <State tone="danger">
        <Time at={at} />
      </State>
    );
  return <Time at={at} />;
}
