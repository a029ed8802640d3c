/** The disk as one stacked bar. */
import { useT } from '../i18n';
import { size } from '../ui/format';
import { TriangleAlert } from '../ui/lucide';
import { Section, State } from '../ui/components';
import { diskParts, type Overview } from './overview';

const NEARLY_FULL = 0.1;

export function Disk({ disk }: { disk: Overview['disk'] }) {
  const t = useT();
  const parts = diskParts(disk);
  const tight = disk.total > 0 && disk.free / disk.total < NEARLY_FULL;
  return (
    <Section
      title={t('home.disk')}
      action={
        <span className="muted num">{t('home.disk_of', { free: size(disk.free), total: size(disk.total) })}</span>
      }
    >
      {tight && (
        <p className="quiet-line">
          <State tone="waiting" icon={TriangleAlert}>
            {t('home.disk_tight')}
          </State>
        </p>
      )}
      <div
        className="disk"
        role="img"
        aria-label={parts.map((p) => `${t(`disk.${p.name}`)} ${size(p.bytes)}`).join(', ')}
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
            <span className="num muted">{size(p.bytes)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
