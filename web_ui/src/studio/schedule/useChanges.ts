/** Changes the schedule, and undoes the last change. */
import { useEffect, useRef, useState } from 'react';
import { useNotify } from 'react-admin';
import { explained } from '../api/problem';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { programOf, type Copy, type Program, type Span } from './programs';
import { timesOf } from './times';
import type { Schedule } from './useSchedule';

interface Done {
  words: string;
  undo: () => Promise<unknown>;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable], dialog') !== null;

export function useChanges(schedule: Schedule, zone: string) {
  const t = useT();
  const notify = useNotify();
  const [done, setDone] = useState<Done | null>(null);
  const fail = (error: unknown) => notify(explained(error), { type: 'error' });
  const undo = () => {
    if (!done) return;
    setDone(null);
    void done.undo().catch(fail);
  };
  const latest = useRef(undo);
  latest.current = undo;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isUndo = event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey;
      if (!isUndo || isTyping(event.target)) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  /** Changes a program. Rejects when that is refused; the program is then back at its place. */
  const change = async (program: Program, span: Span, content = program.content) => {
    const before = { starts: program.starts, ends: program.ends };
    await schedule.change(program, span, content);
    const words = t('schedule.moved', { name: program.title, times: timesOf(span, zone) });
    setDone({ words, undo: () => schedule.change({ ...program, ...span, content }, before, program.content) });
  };
  const create = async (content: string, span: Span) => {
    const { data } = await schedule.create({ content, ...span });
    const created = programOf(data as Row);
    setDone({ words: t('schedule.added', { times: timesOf(span, zone) }), undo: () => schedule.remove(created) });
  };
  const remove = async (program: Program) => {
    await schedule.remove(program);
    setDone({ words: t('schedule.deleted', { name: program.title }), undo: () => schedule.restore(program) });
  };
  const copy = async (copies: readonly Copy[]) => {
    const created: Program[] = [];
    let refused = '';
    try {
      for (const one of copies) created.push(programOf((await schedule.create(one)).data as Row));
    } catch (error) {
      refused = t('schedule.copy_failed', { done: created.length, count: copies.length, why: explained(error) });
    }
    if (created.length > 0)
      setDone({
        words: refused || t('schedule.copied', { smart_count: created.length }),
        undo: async () => {
          for (const program of created) await schedule.remove(program);
        },
      });
    else if (refused) notify(refused, { type: 'error' });
  };
  return {
    done,
    undo,
    dismiss: () => setDone(null),
    fail,
    change,
    create,
    copy,
    remove: (program: Program) => void remove(program).catch(fail),
  };
}
