import { Picture } from '../../ui/Picture';
import type { Shown } from '../types';

export function Column({ value, record }: Shown) {
  const image = value as { url?: string } | null;
  return <Picture src={image?.url ?? null} seed={record.id} shape="still" />;
}
