/** The imports from URLs that were started in this window. The list outlives the page that shows it. */
import { useSyncExternalStore } from 'react';

export interface ImportJob {
  id: string;
  state: 'running' | 'done' | 'failed';
  /** The name of the file in its library. */
  name: string;
  bytes: number;
  total: number | null;
  error: { message?: string; remedy?: string } | null;
  url: string;
  libraryName: string;
}

let jobs: readonly ImportJob[] = [];
const listeners = new Set<() => void>();

function setJobs(next: readonly ImportJob[]): void {
  jobs = next;
  listeners.forEach((listener) => listener());
}

export const importList = {
  add: (job: ImportJob): void => setJobs([job, ...jobs]),
  update: (id: string, part: Partial<ImportJob>): void =>
    setJobs(jobs.map((job) => (job.id === id ? { ...job, ...part } : job))),
  remove: (id: string): void => setJobs(jobs.filter((job) => job.id !== id)),
};

export const useImportList = (): readonly ImportJob[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => jobs,
  );
