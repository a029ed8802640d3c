import { useT } from '../../i18n';
import { StatusBadge, RelativeTime } from '../../ui/components';
import type { FieldViewProps } from '../types';

export function Column({ field, value }: FieldViewProps) {
  const t = useT();
  const at = typeof value === 'string' ? value : null;
  // The end of a key's overlap period is shown as a countdown.
  if (at && field.name === 'old_until' && Date.parse(at) > Date.now())
    return (
      <StatusBadge tone="waiting">
        <RelativeTime at={at} countdown /> {t('time.left')}
      </StatusBadge>
    );
  if (at && field.name === 'revoked_at')
    return (
      <StatusBadge tone="danger">
        <RelativeTime at={at} />
      </StatusBadge>
    );
  return <RelativeTime at={at} />;
}
