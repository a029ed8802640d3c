/** The schedule as a list, for narrow screens: programs and gaps of each day, with the same actions. */
import { useT } from '../i18n';
import { Icon, IconButton } from '../ui/components';
import { formatSpan } from '../ui/format';
import { Plus, Trash2 } from '../ui/lucide';
import { Picture } from '../ui/Picture';
import { dayName } from './dayNames';
import { gapsIn, type Program, type Span } from './programs';
import { timesOf } from './Ruler';
import { endOfDay, startOfDay, type Day } from './zone';

interface Props {
  days: readonly Day[];
  zone: string;
  programs: readonly Program[];
  editable: boolean;
  loading: boolean;
  onOpen: (program: Program) => void;
  onAdd: (starts: number) => void;
  onRemove: (program: Program) => void;
}

export function Agenda({ days, zone, programs, editable, loading, onOpen, onAdd, onRemove }: Props) {
  const t = useT();
  return (
    <div className="agenda" aria-busy={loading}>
      {days.map((day) => {
        const span = { starts: startOfDay(day, zone), ends: endOfDay(day, zone) };
        const running = programs.filter((p) => p.starts < span.ends && p.ends > span.starts);
        const entries: (Program | Span)[] = [...running, ...(loading ? [] : gapsIn(programs, span.starts, span.ends))];
        return (
          <section key={day} data-agenda={day}>
            <h2>{dayName(day)}</h2>
            <ol className="rows">
              {entries
                .sort((a, b) => a.starts - b.starts)
                .map((entry) => {
                  if (!('id' in entry)) {
                    const length = formatSpan((entry.ends - entry.starts) / 1000);
                    return (
                      <li key={entry.starts}>
                        <button
                          type="button"
                          className="agenda-gap"
                          disabled={!editable}
                          onClick={() => onAdd(entry.starts)}
                        >
                          <span className="num">{timesOf(entry, zone)}</span>
                          <span className="grow">{t('schedule.free', { length })}</span>
                          {editable && (
                            <>
                              <span className="sr">{t('schedule.add')}</span>
                              <Icon icon={Plus} />
                            </>
                          )}
                        </button>
                      </li>
                    );
                  }
                  return (
                    <li key={entry.id} className="agenda-program">
                      <button type="button" className="grow" onClick={() => onOpen(entry)}>
                        <Picture src={entry.picture} seed={entry.content} shape="poster" />
                        <span className="block-words">
                          <b dir="auto">{entry.title}</b>
                          <span className="num muted">{timesOf(entry, zone)}</span>
                        </span>
                      </button>
                      {editable && (
                        <IconButton
                          label={t('schedule.remove', { name: entry.title })}
                          icon={Trash2}
                          onClick={() => onRemove(entry)}
                        />
                      )}
                    </li>
                  );
                })}
            </ol>
          </section>
        );
      })}
    </div>
  );
}
