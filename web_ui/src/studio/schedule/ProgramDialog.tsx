/** Adds a program, or changes one: what is shown, when, and for how long. */
import { useId, useState } from 'react';
import { Link } from 'react-router-dom';
import { parseDuration } from '../fields/duration/parse';
import { ReferencePicker } from '../fields/reference/ReferencePicker';
import { explained } from '../api/problem';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { useSchema } from '../SchemaContext';
import { Button } from '../ui/components';
import { Dialog } from '../ui/Dialog';
import { formatClock } from '../ui/format';
import { Trash2 } from '../ui/lucide';
import { conflictOf, titleDuration, type Program, type Span } from './programs';
import { conflictWords } from './times';
import { formatTime, instantOf, wallTime } from './zone';

export interface ProgramForm {
  program: Program | null;
  content: Row | null;
  starts: number;
}

interface Props {
  form: ProgramForm;
  zone: string;
  programs: readonly Program[];
  onClose: () => void;
  /** Rejects with the reason why it was refused. */
  onSave: (content: string, span: Span) => Promise<void>;
  onRemove: (program: Program) => void;
}

const secondsOf = (program: Program | null): number | null => program && (program.ends - program.starts) / 1000;

export function ProgramDialog({ form, zone, programs, onClose, onSave, onRemove }: Props) {
  const t = useT();
  const id = useId();
  const resource = useSchema().find('content')!;
  const { program } = form;
  const [content, setContent] = useState<Row | null>(
    form.content ??
      (program?.row.expanded as Record<string, Row | null> | undefined)?.content ??
      (program ? { id: program.content, [resource.label]: program.title } : null),
  );
  const shownStart = wallTime(form.starts, zone);
  const [start, setStart] = useState(shownStart);
  const initial = secondsOf(program) ?? (content && titleDuration(content) ? titleDuration(content)! / 1000 : null);
  const [length, setLength] = useState(initial === null ? '' : formatClock(initial));
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  // A time that was not changed stays the same instant, also if the clock shows it twice on this day.
  const starts = start === shownStart ? form.starts : instantOf(start, zone);
  const seconds = length === (initial === null ? '' : formatClock(initial)) ? initial : parseDuration(length);
  const span = starts !== null && seconds ? { starts, ends: starts + seconds * 1000 } : null;
  const conflict = span && conflictOf(programs, span, program?.id);
  const problem =
    starts === null && start !== ''
      ? t('schedule.no_such_time')
      : length !== '' && !seconds
        ? t('form.duration')
        : conflict
          ? t('schedule.overlaps', conflictWords(conflict, zone))
          : error;
  const choose = (row: Row | null) => {
    setContent(row);
    const duration = row && titleDuration(row);
    if (duration) setLength(formatClock(duration / 1000));
  };
  const save = async () => {
    if (!span || !content) return;
    setBusy(true);
    try {
      await onSave(content.id, span);
      onClose();
    } catch (refused) {
      setError(explained(refused));
      setBusy(false);
    }
  };
  return (
    <Dialog open title={program ? program.title : t('schedule.add')} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div className="dialog-body stack">
          <div className="layout-title">
            <label htmlFor={`${id}-title`}>{t('schedule.title')}</label>
            <ReferencePicker
              id={`${id}-title`}
              resource={resource}
              value={content}
              onChange={choose}
              autoFocus={content === null}
              creatable={false}
            />
          </div>
          <div className="program-times">
            <label className="layout-title">
              {t('schedule.starts')}
              <input
                className="control num"
                type="datetime-local"
                value={start}
                onChange={(e) => {
                  setStart(e.target.value);
                  setError('');
                }}
              />
            </label>
            <label className="layout-title">
              {t('schedule.length')}
              <input
                className="control num"
                value={length}
                placeholder="1:30:00"
                onChange={(e) => {
                  setLength(e.target.value);
                  setError('');
                }}
              />
            </label>
          </div>
          <p className="muted num">
            {span && t('schedule.ends', { time: formatTime(span.ends, zone) })} {t('schedule.zone', { zone })}
          </p>
          {problem && (
            <p className="danger" role="alert">
              {problem}
            </p>
          )}
        </div>
        <footer className="dialog-foot">
          {program && (
            <Button
              kind="quiet"
              icon={Trash2}
              onClick={() => {
                onClose();
                onRemove(program);
              }}
            >
              {t('delete')}
            </Button>
          )}
          <span className="grow">
            {program && (
              <Link className="link" to={`/programs/${encodeURIComponent(program.id)}`}>
                {t('film.all_fields')}
              </Link>
            )}
          </span>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" type="submit" disabled={!span || !content || conflict !== null} busy={busy}>
            {t('schedule.save')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
