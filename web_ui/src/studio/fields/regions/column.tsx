import { useT } from '../../i18n';
import { countryName } from '../../ui/format';
import type { FieldViewProps } from '../types';
import { toRegionRule } from './countries';

export function Column({ value }: FieldViewProps) {
  const t = useT();
  const rule = toRegionRule(value);
  if (!rule) return <span>{t('regions.everywhere')}</span>;
  return (
    <span>
      {rule.mode === 'allow' ? t('regions.allow') : t('regions.deny')}:{' '}
      {rule.countries.map(countryName).join(', ') || '–'}
    </span>
  );
}
