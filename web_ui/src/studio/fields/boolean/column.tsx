import { useT } from '../../i18n';
import { Check } from '../../ui/lucide';
import { Icon } from '../../ui/components';
import type { Shown } from '../types';

export function Column({ value }: Shown) {
  const t = useT();
  return value ? (
    <span className="yes">
      <Icon of={Check} size={14} />
      {t('yes')}
    </span>
  ) : (
    <span className="muted">{t('no')}</span>
  );
}
