import { Picture } from '../../ui/Picture';
import type { FieldViewProps } from '../types';

export function Column({ value, record }: FieldViewProps) {
  const image = value as { url?: string } | null;
  return <Picture src={image?.url ?? null} seed={record.id} shape="still" />;
}
