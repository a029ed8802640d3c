/** A chart of the ladder: bar length is bitrate (light: maximum, solid: average), thickness is resolution. */
import { useT } from '../i18n';
import { channels, codec, formatBitrate, formatSize } from '../ui/format';
import { sortedLadder, renditionLabel, type Rendition } from './pipeline';

const ROW = 34;
const SCALE = 100;

export function Ladder({ renditions }: { renditions: readonly Rendition[] }) {
  const t = useT();
  const sorted = sortedLadder(renditions);
  if (sorted.length === 0) return <p className="muted quiet-line">{t('media.no_ladder')}</p>;
  const tallest = Math.max(1, ...sorted.map((r) => r.height ?? 0));
  return (
    <ol className="ladder-list" aria-label={t('media.ladder')}>
      {sorted.map((r) => {
        const thickness = r.kind === 'audio' ? 6 : Math.round(6 + 18 * ((r.height ?? 0) / tallest));
        return (
          <li
            key={r.name}
            title={[
              `${r.name}: ${r.width ? `${r.width} × ${r.height}, ` : ''}`,
              t('media.up_to', { rate: formatBitrate(r.max_bitrate) }),
            ].join('')}
          >
            <b className="num">{renditionLabel(r)}</b>
            <svg
              className={`rung rung-${r.kind}`}
              viewBox={`0 0 ${SCALE} ${ROW}`}
              preserveAspectRatio="none"
              height={ROW}
              aria-hidden="true"
            >
              <rect
                className="rung-max"
                x="0"
                y={(ROW - thickness) / 2}
                width={Math.max(0.6, r.length * SCALE)}
                height={thickness}
              />
              <rect
                className="rung-average"
                x="0"
                y={(ROW - thickness) / 2}
                width={Math.max(0.6, r.average * SCALE)}
                height={thickness}
              />
            </svg>
            <span className="num right">{formatBitrate(r.average_bitrate ?? r.max_bitrate)}</span>
            <span className="num right muted">{formatSize(r.bytes)}</span>
            <span className="muted rung-codec">
              {r.kind === 'audio' && r.channels ? `${codec(r.codec)} ${channels(r.channels)}` : codec(r.codec)}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
