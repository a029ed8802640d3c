/** A strip of thumbnails from the title's sprite sheets. */
import { useQuery } from '@tanstack/react-query';
import { useT } from '../i18n';
import { formatClock } from '../ui/format';
import { Section } from '../ui/components';
import { parseThumbnails, pickEvenly, type Thumbnail } from './pipeline';

const MAX_THUMBNAILS = 12;

/** The thumbnails of a storyboard; none until it has been read. */
export function useThumbnails(url: string | null | undefined): Thumbnail[] {
  const base = url ? new URL(url, location.href).href : '';
  const { data = [] } = useQuery({
    queryKey: ['thumbs', url],
    enabled: base !== '',
    staleTime: Infinity,
    retry: false,
    queryFn: async ({ signal }) => {
      const response = await fetch(base, { signal });
      return response.ok ? parseThumbnails(await response.text(), base) : [];
    },
  });
  return data;
}

export function ThumbnailPicture({ thumbnail: p }: { thumbnail: Thumbnail }) {
  return p.width > 0 ? (
    <span className="thumb" style={{ aspectRatio: `${p.width} / ${p.height}` }}>
      <svg viewBox={`${p.x} ${p.y} ${p.width} ${p.height}`} preserveAspectRatio="xMidYMid slice" aria-hidden="true">
        <image href={p.url} />
      </svg>
    </span>
  ) : (
    <span className="thumb">
      <img src={p.url} alt="" loading="lazy" />
    </span>
  );
}

export function Thumbnails({ url }: { url: string }) {
  const t = useT();
  const data = useThumbnails(url);
  if (data.length === 0) return null;
  return (
    <Section title={t('media.thumbnails')}>
      <ul className="thumbs">
        {pickEvenly(data, MAX_THUMBNAILS).map((p) => (
          <li key={p.from}>
            <ThumbnailPicture thumbnail={p} />
            <span className="num muted">{formatClock(p.from)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
