/** Disk usage as a stacked bar. */
import { useT } from '../i18n';
import { formatSize } from '../ui/format';
import { TriangleAlert } from '../ui/lucide';
import { Section, StatusBadge } from '../ui/components';
import { diskShares, type DiskUsage } from './overview';

const NEARLY_FULL = 0.1;

export function Disk({ disk }: { disk: DiskUsage }) {
  const t = useT();
  const parts = diskShares(disk);
  const isNearlyFull = disk.total > 0 && disk.free / disk.total < NEARLY_FULL;
  return (
    <Section
      title={t('home.disk')}
      action={
        <span className="muted num">
          {t('home.disk_of', { free: formatSize(disk.free), total: formatSize(disk.total) })}
        </span>
      }
    >
      {isNearlyFull && (
        <p className="quiet-line">
          <StatusBadge tone="waiting" icon={TriangleAlert}>
            {t('home.disk_tight')}
          </StatusBadge>
        </p>
      )}
      <div
        className="disk"
        role="img"
        aria-label={parts.map((p) => `${t(`disk.${p.name}`)} ${formatSize(p.bytes)}`).join(', ')}
      >
        {parts
          .filter((p) => p.bytes > 0)
          .map((p) => (
            <i key={p.name} className={`disk-${p.name}`} style={{ flexGrow: Math.max(p.share, 0.006) }} />
          ))}
      </div>
      <ul className="legend">
        {parts.map((p) => (
          <li key={p.name}>
            <i className={`disk-${p.name}`} aria-hidden="true" />
            <span>{t(`disk.${p.name}`)}</span>
            <span className="num muted">{formatSize(p.bytes)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
