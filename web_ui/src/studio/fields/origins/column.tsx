import { useT } from '../../i18n';
import type { FieldViewProps } from '../types';

export function Column({ value }: FieldViewProps) {
  const t = useT();
  const sites = Array.isArray(value) ? value.map(String) : [];
  if (sites.length === 0) return <span className="muted">{t('origins.every')}</span>;
  return (
    <span className="chips">
      {sites.map((s) => (
        <code key={s} className="chip mono">
          {s}
        </code>
      ))}
    </span>
  );
}
