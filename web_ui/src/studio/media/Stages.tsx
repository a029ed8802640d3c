import { useT } from '../i18n';
import { span } from '../ui/format';
import { Check, Clock, LoaderCircle, TriangleAlert } from '../ui/lucide';
import { Icon, Time, useTick } from '../ui/components';
import { lengths, type Stage } from './pipeline';
import { stageWords } from './mediaState';

const ICONS = { done: Check, running: LoaderCircle, waiting: Clock, failed: TriangleAlert };

/** A job as a line of stages in time. */
export function Stages({ stages }: { stages: readonly Stage[] }) {
  const t = useT();
  useTick(stages.some((s) => s.state === 'running') ? 5000 : null);
  const took = lengths(stages);
  return (
    <ol className="stages" aria-label={t('media.stages')}>
      {stages.map((s, i) => (
        <li key={s.name} className={`stage-${s.state}`}>
          <span className="stage-mark">
            <Icon of={ICONS[s.state]} size={14} />
          </span>
          <b>{stageWords(s.name)}</b>
          <span className="muted">
            {t(`stage_state.${s.state}`)}
            {took[i] !== null && took[i] !== undefined && <span className="num"> · {span(took[i])}</span>}
          </span>
          {s.at && (
            <span className="muted">
              <Time at={s.at} />
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
