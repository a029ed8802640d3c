/** The newest content (posters) and media (stills). */
import { Link } from 'react-router-dom';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { formatClock } from '../ui/format';
import { Section, RelativeTime } from '../ui/components';
import { pictureOf, Picture } from '../ui/Picture';

function Card({ row, to, shape }: { row: Row; to: string; shape: 'poster' | 'still' }) {
  return (
    <li>
      <Link to={to} className="still-card">
        <span className="still-frame">
          <Picture
            src={pictureOf(row, shape)}
            seed={row.id}
            kind={row.kind === 'audio' ? 'audio' : 'video'}
            shape={shape}
          />
          {typeof row.duration_s === 'number' && <span className="badge num">{formatClock(row.duration_s)}</span>}
        </span>
        <span className="name" dir="auto">
          {String(row.title ?? row.id)}
        </span>
        <span className="muted">
          <RelativeTime at={String(row.created_at)} />
        </span>
      </Link>
    </li>
  );
}

export function Newest({ content, media }: { content: readonly Row[]; media: readonly Row[] }) {
  const t = useT();
  return (
    <>
      {content.length > 0 && (
        <Section
          title={t('home.newest')}
          action={
            <Link className="link" to="/content">
              {t('related.all')}
            </Link>
          }
        >
          <ul className="stills posters">
            {content.map((c) => (
              <Card key={c.id} row={c} to={`/content/${c.id}/show`} shape="poster" />
            ))}
          </ul>
        </Section>
      )}
      {media.length > 0 && (
        <Section
          title={t('home.newest_media')}
          action={
            <Link className="link" to="/media">
              {t('related.all')}
            </Link>
          }
        >
          <ul className="stills">
            {media.map((m) => (
              <Card key={m.id} row={m} to={`/media/${m.id}/show`} shape="still" />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
