import { ExternalLink } from '../../ui/lucide';
import { Icon } from '../../ui/components';
import type { FieldViewProps } from '../types';

export function Column({ value }: FieldViewProps) {
  if (typeof value !== 'string' || !/^https?:\/\//.test(value)) return <span className="muted">–</span>;
  return (
    <a className="link" href={value} target="_blank" rel="noreferrer noopener" onClick={(e) => e.stopPropagation()}>
      {value.replace(/^https?:\/\//, '')}
      <Icon icon={ExternalLink} size={12} />
    </a>
  );
}
