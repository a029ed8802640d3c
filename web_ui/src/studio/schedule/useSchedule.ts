/** Reads the programs of a channel that run in a range of time, and changes them. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useDataProvider } from 'react-admin';
import { Problem } from '../../../shared/problem';
import type { StudioProvider } from '../api/dataProvider';
import { etags } from '../api/etags';
import { get, post } from '../api/http';
import { listQuery, type ListParams } from '../api/query';
import type { Row } from '../api/schema';
import { programOf, type Program, type Span } from './programs';

const PROGRAMS = '/api/v1/dashboard/programs';
const TRASH = '/api/v1/dashboard/trash';
const PAGE_SIZE = 200;

interface Page {
  items: Row[];
  next: string | null;
}

export const programsUrl = (channel: string, filter: Record<string, string>, more: Partial<ListParams> = {}): string =>
  `${PROGRAMS}?${listQuery({ limit: PAGE_SIZE, filter: { channel, ...filter }, expand: ['content'], ...more })}`;

const moment = (instant: number): string => new Date(instant).toISOString();
const byStart = (order: 'ASC' | 'DESC') => ({ field: 'starts_at', order });

/** The filter for the programs that start within a span. */
export const startsWithin = ({ starts, ends }: Span) => ({
  starts_at__gte: moment(starts),
  starts_at__lte: moment(ends - 1),
});

/**
 * The programs that start in the range, the last one before it, which may run into it, and the next one after it.
 * Earlier ones can't run into it, because the programs of a channel do not overlap.
 */
export async function loadPrograms(channel: string, range: Span, signal: AbortSignal): Promise<Program[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const url: string = programsUrl(channel, startsWithin(range), { sort: byStart('ASC'), cursor });
    const page: Page = await get<Page>(url, { signal });
    rows.push(...page.items);
    cursor = page.next;
  } while (cursor);
  const neighbour = (filter: Record<string, string>, order: 'ASC' | 'DESC') =>
    get<Page>(programsUrl(channel, filter, { sort: byStart(order), limit: 1 }), { signal });
  const [before, after] = await Promise.all([
    neighbour({ starts_at__lte: moment(range.starts - 1) }, 'DESC'),
    neighbour({ starts_at__gte: moment(range.ends) }, 'ASC'),
  ]);
  return [...before.items, ...rows, ...after.items].map(programOf);
}

export interface NewProgram extends Span {
  content: string;
  values?: Record<string, unknown>;
}

export function useSchedule(channel: string, range: Span) {
  const provider = useDataProvider<StudioProvider>();
  const client = useQueryClient();
  const key = ['schedule', channel, range.starts, range.ends];
  const { data, error, refetch } = useQuery({
    queryKey: key,
    enabled: channel !== '',
    queryFn: ({ signal }) => loadPrograms(channel, range, signal),
  });
  const refresh = async () => {
    void client.invalidateQueries({ queryKey: ['programs'] });
    void client.invalidateQueries({ queryKey: ['airings', channel] });
    await client.invalidateQueries({ queryKey: ['schedule', channel] });
  };
  /** Runs a change, and reads the programs again, whether it was made or refused. */
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } finally {
      await refresh();
    }
  };
  const times = (span: Span) => ({
    starts_at: moment(span.starts),
    duration_s: Math.max(1, Math.round((span.ends - span.starts) / 1000)),
  });
  return {
    programs: data ?? null,
    error: data ? null : error,
    refetch: () => void refetch(),
    create: (program: NewProgram) =>
      run(() =>
        provider.create('programs', {
          data: { ...program.values, channel, content: program.content, ...times(program) } as Partial<Row>,
        }),
      ),
    change: (program: Program, span: Span, content = program.content) =>
      run(async () => {
        client.setQueryData<Program[]>(key, (old) => old?.map((p) => (p.id === program.id ? { ...p, ...span } : p)));
        try {
          const data = { content, ...times(span) };
          await provider.update('programs', { id: program.id, data, previousData: program.row });
        } catch (problem) {
          if (problem instanceof Problem && problem.status === 412) etags.forget('programs', program.id);
          throw problem;
        }
      }),
    remove: (program: Program) => run(() => provider.delete('programs', { id: program.id, previousData: program.row })),
    /** Takes a program out of the trash again. */
    restore: (program: Program) =>
      run(async () => {
        const { items } = await get<{ items: { id: string; record: string }[] }>(TRASH);
        const entry = items.find((item) => item.record === program.id);
        if (entry) await post(`${TRASH}/${entry.id}/restore`);
      }),
  };
}
export type Schedule = ReturnType<typeof useSchedule>;
