/** A map of the finished segments of each rendition. */
import { useT } from '../i18n';
import { formatPercent } from '../ui/format';
import { sortedLadder, renditionLabel, finishedSpans, type Rendition } from './pipeline';

export function Segments({ renditions }: { renditions: readonly Rendition[] }) {
  const t = useT();
  return (
    <ul className="segments" data-testid="segments">
      {sortedLadder(renditions).map((r) => {
        const done = r.segments > 0 ? (r.segments_done / r.segments) * 100 : 0;
        return (
          <li key={r.name}>
            <b className="num">{renditionLabel(r)}</b>
            <svg
              viewBox="0 0 1000 14"
              preserveAspectRatio="none"
              height="14"
              role="img"
              aria-label={t('media.segments_done', { name: r.name, done: r.segments_done, of: r.segments })}
            >
              <rect className="seg-rail" width="1000" height="14" />
              {finishedSpans(r).map((s) => (
                <rect
                  key={s.from}
                  className={`seg-done ${done >= 100 ? 'seg-all' : ''}`}
                  x={s.from * 1000}
                  width={Math.max(1, s.width * 1000)}
                  height="14"
                />
              ))}
            </svg>
            <span className="num right">{formatPercent(done)}</span>
            <span className="num right muted">
              {r.segments_done} / {r.segments}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
