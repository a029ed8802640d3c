import { useState } from 'react';
import { useT } from '../../i18n';
import { Picture } from '../../ui/Picture';
import type { FieldViewProps } from '../types';

export function Show({ value, record }: FieldViewProps) {
  const t = useT();
  const [broken, setBroken] = useState(false);
  const image = value as { url?: string; width?: number; height?: number } | null;
  if (!image?.url) return <span className="muted">{t('artwork.none')}</span>;
  return (
    <figure className="shot">
      {broken ? (
        <Picture src={null} seed={record.id} />
      ) : (
        <img src={image.url} alt={String(record.alternative ?? '')} onError={() => setBroken(true)} />
      )}
      <figcaption className="muted num">
        {image.width} × {image.height}
      </figcaption>
    </figure>
  );
}
