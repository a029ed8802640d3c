/** The schedule as a list, for narrow screens: programs and gaps of each day, with the same actions. */
import { useT } from '../i18n';
import { Icon, IconButton } from '../ui/components';
import { formatSpan } from '../ui/format';
import { Plus, Trash2 } from '../ui/lucide';
import { Picture } from '../ui/Picture';
import { airedPrograms, condense, replacedPrograms, type Airing } from './airings';
import { dayName } from './dayNames';
import { gapsIn, type Program, type Span } from './programs';
import { replacedWords, timesOf } from './times';
import { endOfDay, MINUTE, startOfDay, type Day } from './zone';

interface Props {
  days: readonly Day[];
  zone: string;
  programs: readonly Program[];
  airings: readonly Airing[];
  editable: boolean;
  loading: boolean;
  onOpen: (program: Program) => void;
  onAdd: (starts: number) => void;
  onRemove: (program: Program) => void;
}

/** Shorter airings are one entry. */
const SHORTEST = 10 * MINUTE;

function AiringRow({ airing, zone }: { airing: Airing; zone: string }) {
  const t = useT();
  const name = airing.kind === 'slate' ? t('schedule.slate') : airing.title;
  return (
    <li className="agenda-airing" data-phase={airing.phase}>
      <span className="num">{timesOf(airing, zone)}</span>
      <span dir="auto">
        {airing.count > 1 ? t('schedule.and_more', { name, smart_count: airing.count - 1 }) : name}
        {airing.replaces && !airing.replaces.program && (
          <span className="block-note">{replacedWords(airing.replaces, t)}</span>
        )}
      </span>
    </li>
  );
}

export function Agenda({ days, zone, programs, airings, editable, loading, onOpen, onAdd, onRemove }: Props) {
  const t = useT();
  const fixed = airedPrograms(airings);
  const replaced = replacedPrograms(airings);
  const free = Math.max(Date.now(), ...airings.filter((a) => a.phase !== 'forecast').map((a) => a.ends));
  return (
    <div className="agenda" aria-busy={loading}>
      {days.map((day) => {
        const span = { starts: startOfDay(day, zone), ends: endOfDay(day, zone) };
        const within = (s: Span) => s.starts < span.ends && s.ends > span.starts;
        const planned = programs.filter((p) => !fixed.has(p.id));
        const running = planned.filter(within);
        const gaps = loading ? [] : gapsIn(planned, Math.max(span.starts, free), span.ends);
        const drawn = condense(airings.filter(within), SHORTEST).filter(
          (a) => a.phase !== 'forecast' || !planned.some((p) => p.id === a.program),
        );
        const entries: (Program | Span | Airing)[] = [...running, ...gaps, ...drawn];
        return (
          <section key={day} data-agenda={day}>
            <h2>{dayName(day)}</h2>
            <ol className="rows">
              {entries
                .sort((a, b) => a.starts - b.starts)
                .map((entry) => {
                  if ('phase' in entry)
                    return <AiringRow key={`${entry.phase} ${entry.starts}`} airing={entry} zone={zone} />;
                  if (!('id' in entry)) {
                    const length = formatSpan((entry.ends - entry.starts) / 1000);
                    return (
                      <li key={`free ${entry.starts}`}>
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
                          {replaced.has(entry.id) && (
                            <span className="block-note">{replacedWords(replaced.get(entry.id)!, t)}</span>
                          )}
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
