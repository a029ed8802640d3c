import { useT } from '../../i18n';
import type { FieldViewProps } from '../types';

export function Show({ value, record }: FieldViewProps) {
  const t = useT();
  const image = value as { url?: string; width?: number; height?: number } | null;
  if (!image?.url) return <span className="muted">{t('artwork.none')}</span>;
  return (
    <figure className="shot">
      <img src={image.url} alt={String(record.alternative ?? '')} />
      <figcaption className="muted num">
        {image.width} × {image.height}
      </figcaption>
    </figure>
  );
}
