import { useT } from '../../i18n';
import { Check } from '../../ui/lucide';
import { Icon } from '../../ui/components';
import type { FieldViewProps } from '../types';

export function Column({ value }: FieldViewProps) {
  const t = useT();
  return value ? (
    <span className="yes">
      <Icon icon={Check} size={14} />
      {t('yes')}
    </span>
  ) : (
    <span className="muted">{t('no')}</span>
  );
}
