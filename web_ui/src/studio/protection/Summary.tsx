/** What is protected now, in words and numbers, and how far changes are. */
import { Link } from 'react-router-dom';
import { useT } from '../i18n';
import { useSchema } from '../SchemaContext';
import { formatNumber } from '../ui/format';
import { Lock, TriangleAlert } from '../ui/lucide';
import { Icon, Progress } from '../ui/components';
import { coverage, percentDone, type Counts } from './protection';

const FAILED = `/media?filter=${encodeURIComponent('{"state":"failed"}')}`;

export function Summary({ counts }: { counts: Counts }) {
  const t = useT();
  const schema = useSchema();
  const all = counts.protected + counts.clear;
  const covered = coverage(counts);
  const words = { count: formatNumber(counts.protected), all: formatNumber(all) };
  return (
    <section className="protection-summary" data-testid="protection-summary" data-coverage={covered}>
      <div className="protection-now">
        <Icon icon={Lock} size={20} />
        <div>
          <h2>{t(`protection.now.${covered}`, words)}</h2>
          <p className="muted">{t(`protection.now.${covered}_why`)}</p>
        </div>
      </div>
      {counts.changing > 0 && (
        <div className="protection-progress" role="status">
          <p>{t('protection.changing', { smart_count: counts.changing, all: formatNumber(all) })}</p>
          <Progress percent={percentDone(counts)} label={t('protection.progress')} />
        </div>
      )}
      {counts.failed > 0 && (
        <p className="protection-warning">
          <Icon icon={TriangleAlert} />
          <span>
            {t('protection.failed', { smart_count: counts.failed })}{' '}
            <Link className="link" to={FAILED}>
              {t('protection.failed_list')}
            </Link>
          </span>
        </p>
      )}
      <dl className="protection-counts">
        {(['protected', 'clear', 'changing'] as const).map((name) => (
          <div key={name}>
            <dt>{t(`protection.count.${name}`)}</dt>
            <dd className="num">{formatNumber(counts[name])}</dd>
          </div>
        ))}
      </dl>
      <p className="protection-links">
        {schema.may('update', 'libraries') && (
          <Link className="link" to="/libraries">
            {t('protection.protect_library')}
          </Link>
        )}
        <Link className="link" to="/media">
          {t('protection.protect_media')}
        </Link>
      </p>
    </section>
  );
}
