import { useT } from '../../i18n';
import { countryName } from '../../ui/format';
import type { Shown } from '../types';
import { asRule } from './countries';

export function Column({ value }: Shown) {
  const t = useT();
  const rule = asRule(value);
  if (!rule) return <span>{t('regions.everywhere')}</span>;
  return (
    <span>
      {rule.mode === 'allow' ? t('regions.allow') : t('regions.deny')}:{' '}
      {rule.countries.map(countryName).join(', ') || '–'}
    </span>
  );
}
