/** Copies the programs of a day to the same times of another day. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useT } from '../i18n';
import { Button } from '../ui/components';
import { Dialog } from '../ui/Dialog';
import { dayName } from './dayNames';
import { conflictsOfCopies, copyDay, type Copy, type Program } from './programs';
import { loadPrograms } from './useSchedule';
import { addDays, endOfDay, isDay, startOfDay, type Day } from './zone';

interface Props {
  day: Day;
  channel: string;
  zone: string;
  programs: readonly Program[];
  onClose: () => void;
  onCopy: (copies: Copy[], to: Day) => Promise<void>;
}

export function CopyDayDialog({ day, channel, zone, programs, onClose, onCopy }: Props) {
  const t = useT();
  const [to, setTo] = useState(addDays(day, 1));
  const [busy, setBusy] = useState(false);
  const valid = isDay(to) && to !== day;
  const { data } = useQuery({
    queryKey: ['schedule', channel, 'copy', to],
    enabled: valid,
    queryFn: ({ signal }) => loadPrograms(channel, { starts: startOfDay(to, zone), ends: endOfDay(to, zone) }, signal),
  });
  const copies = valid ? copyDay(programs, day, to, zone) : [];
  const conflicts = data ? conflictsOfCopies(copies, data) : [];
  const ready = valid && data !== undefined && copies.length > 0 && conflicts.length === 0;
  return (
    <Dialog open title={t('schedule.copy_title', { day: dayName(day) })} onClose={onClose}>
      <div className="dialog-body stack">
        <label className="layout-title">
          {t('schedule.copy_to')}
          <input className="control num" type="date" value={to} onChange={(e) => setTo(e.target.value)} />
        </label>
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
            void onCopy(copies, to).finally(onClose);
          }}
        >
          {t('schedule.copy')}
        </Button>
      </footer>
    </Dialog>
  );
}
