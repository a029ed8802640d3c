import { useT } from '../i18n';
import { formatSpan } from '../ui/format';
import { Check, Clock, LoaderCircle, TriangleAlert } from '../ui/lucide';
import { Icon, RelativeTime, useTick } from '../ui/components';
import { stageDurations, type Stage } from './pipeline';
import { stageLabel } from './mediaState';

const ICONS = { done: Check, running: LoaderCircle, waiting: Clock, failed: TriangleAlert };

/** The stages of a job with their durations. */
export function Stages({ stages }: { stages: readonly Stage[] }) {
  const t = useT();
  useTick(stages.some((s) => s.state === 'running') ? 5000 : null);
  const durations = stageDurations(stages);
  return (
    <ol className="stages" aria-label={t('media.stages')}>
      {stages.map((s, i) => (
        <li key={s.name} className={`stage-${s.state}`}>
          <span className="stage-mark">
            <Icon icon={ICONS[s.state]} size={14} />
          </span>
          <b>{stageLabel(s.name)}</b>
          <span className="muted">
            {t(`stage_state.${s.state}`)}
            {durations[i] !== null && durations[i] !== undefined && (
              <span className="num"> · {formatSpan(durations[i])}</span>
            )}
          </span>
          {s.at && (
            <span className="muted">
              <RelativeTime at={s.at} />
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
