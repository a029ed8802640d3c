/** Copies the programs of a day to the same times of other days. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useT } from '../i18n';
import { Button } from '../ui/components';
import { Dialog } from '../ui/Dialog';
import { dayName, shortDayName } from './dayNames';
import { conflictsOfCopies, copyDay, type Copy, type Program } from './programs';
import { loadPrograms } from './useSchedule';
import { addDays, endOfDay, startOfDay, type Day } from './zone';

/** The days after the one that is copied. */
const DAYS = 14;

interface Props {
  day: Day;
  channel: string;
  zone: string;
  programs: readonly Program[];
  onClose: () => void;
  onCopy: (copies: Copy[]) => Promise<void>;
}

export function CopyDayDialog({ day, channel, zone, programs, onClose, onCopy }: Props) {
  const t = useT();
  const days = Array.from({ length: DAYS }, (_, n) => addDays(day, n + 1));
  const [chosen, setChosen] = useState<readonly Day[]>([days[0]!]);
  const [busy, setBusy] = useState(false);
  const range = { starts: startOfDay(days[0]!, zone), ends: endOfDay(days.at(-1)!, zone) };
  const { data } = useQuery({
    queryKey: ['schedule', channel, 'copy', day],
    queryFn: ({ signal }) => loadPrograms(channel, range, signal),
  });
  const copiesTo = (to: Day) => copyDay(programs, day, to, zone).filter((copy) => copy.starts > Date.now());
  const conflictsOn = (to: Day) => (data ? conflictsOfCopies(copiesTo(to), data) : []);
  const copies = days.filter((d) => chosen.includes(d)).flatMap(copiesTo);
  const conflicts = data ? conflictsOfCopies(copies, data) : [];
  const ready = data !== undefined && copies.length > 0 && conflicts.length === 0;
  return (
    <Dialog open title={t('schedule.copy_title', { day: dayName(day) })} onClose={onClose}>
      <div className="dialog-body stack">
        <fieldset className="copy-days">
          <legend>{t('schedule.copy_to')}</legend>
          {days.map((one) => {
            const busyDay = conflictsOn(one).length > 0;
            return (
              <label key={one} data-conflict={busyDay || undefined}>
                <input
                  type="checkbox"
                  checked={chosen.includes(one)}
                  title={dayName(one)}
                  onChange={(e) =>
                    setChosen((old) => (e.target.checked ? [...old, one] : old.filter((other) => other !== one)))
                  }
                />
                <span>{shortDayName(one)}</span>
              </label>
            );
          })}
        </fieldset>
        <p className="muted">{t('schedule.copy_count', { smart_count: copies.length })}</p>
        {conflicts.length > 0 && (
          <p className="danger" role="alert">
            {t('schedule.copy_conflicts', { titles: conflicts.slice(0, 5).join(', ') })}
          </p>
        )}
      </div>
      <footer className="dialog-foot">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button
          kind="primary"
          disabled={!ready}
          busy={busy}
          onClick={() => {
            setBusy(true);
            void onCopy(copies).finally(onClose);
          }}
        >
          {t('schedule.copy')}
        </Button>
      </footer>
    </Dialog>
  );
}
