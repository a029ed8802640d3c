/** What was changed last, and how to undo it; or why a program was not placed, and how it can be. */
import { useT } from '../i18n';
import { Button, Icon, IconButton } from '../ui/components';
import { TriangleAlert, Undo2, X } from '../ui/lucide';
import { mendsOf } from './mend';
import type { Program, Span } from './programs';
import type { Refused } from './Ruler';
import { conflictWords } from './times';
import type { useChanges } from './useChanges';
import { formatTime } from './zone';

interface Props {
  refused: Refused | null;
  programs: readonly Program[];
  zone: string;
  changes: ReturnType<typeof useChanges>;
  onMend: (span: Span) => void;
  onDismiss: () => void;
}

export function StatusBar({ refused, programs, zone, changes, onMend, onDismiss }: Props) {
  const t = useT();
  const { done } = changes;
  const except = refused && refused.source.kind !== 'new' ? refused.source.program.id : undefined;
  const mends = refused ? mendsOf(programs, refused.span, refused.conflict, Date.now(), except) : [];
  return (
    <div role="status" className="schedule-status">
      {refused ? (
        <span className="schedule-deleted">
          <span className="danger schedule-refused">
            <Icon icon={TriangleAlert} />
            {t('schedule.overlaps', conflictWords(refused.conflict, zone))}
          </span>
          {mends.map(({ kind, span }) => (
            <Button key={kind} small onClick={() => onMend(span)}>
              {t(`schedule.mend.${kind}`, { time: formatTime(kind === 'shorten' ? span.ends : span.starts, zone) })}
            </Button>
          ))}
          <IconButton className="small" label={t('schedule.put_back')} icon={X} onClick={onDismiss} />
        </span>
      ) : (
        done && (
          <span className="schedule-deleted">
            {done.words}
            <Button small icon={Undo2} onClick={changes.undo}>
              {t('markers.undo')}
            </Button>
            <IconButton className="small" label={t('close')} icon={X} onClick={changes.dismiss} />
          </span>
        )
      )}
    </div>
  );
}
