/** Imports a file from a URL: the server downloads it. */
import { useEffect, useState, type FormEvent } from 'react';
import { get, post } from '../api/http';
import { useT } from '../i18n';
import { formatSize } from '../ui/format';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Link2 } from '../ui/lucide';
import { Button, Progress, Section } from '../ui/components';

interface Job {
  id: string;
  state: 'running' | 'done' | 'failed';
  bytes: number;
  total: number | null;
  error: string | { title?: string; message?: string } | null;
  url?: string;
}
export const IMPORTS_URL = '/api/v1/dashboard/imports';
const POLL_MS = 1000;

function ImportRow({ initialJob }: { initialJob: Job }) {
  const t = useT();
  const [job, setJob] = useState(initialJob);
  useEffect(() => {
    if (job.state !== 'running') return undefined;
    const timer = window.setTimeout(
      () =>
        void get<Job>(`${IMPORTS_URL}/${job.id}`).then(
          (next) => setJob({ ...job, ...next }),
          () => setJob({ ...job }),
        ),
      POLL_MS,
    );
    return () => window.clearTimeout(timer);
  }, [job]);
  const error = typeof job.error === 'string' ? job.error : (job.error?.title ?? job.error?.message);
  return (
    <li className={`upload upload-${job.state}`} data-state={job.state}>
      <div className="run-words">
        <span className="name mono">{initialJob.url}</span>
        <span className="muted num">
          {t(`upload.${job.state}`)} · {formatSize(job.bytes ?? 0)}
          {job.total ? ` / ${formatSize(job.total)}` : ''}
        </span>
        {error && <span className="danger">{error}</span>}
        {job.state === 'running' && job.total ? (
          <Progress percent={(job.bytes / job.total) * 100} label={initialJob.url ?? ''} />
        ) : null}
      </div>
    </li>
  );
}

export function ImportFromUrl({ library }: { library: string }) {
  const t = useT();
  const [url, setUrl] = useState('');
  const [jobs, setJobs] = useState<Job[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const start = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const job = await post<Job>(IMPORTS_URL, { url, library });
      setJobs([{ ...job, bytes: job.bytes ?? 0, url }, ...jobs]);
      setUrl('');
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={t('import.title')}>
      <form className="import" onSubmit={(e) => void start(e)}>
        <input
          className="control mono"
          type="url"
          required
          placeholder="https://"
          aria-label={t('import.url')}
          value={url}
          onChange={(e) => setUrl(e.target.value)}
        />
        <Button type="submit" icon={Link2} busy={busy} disabled={!library}>
          {t('import.start')}
        </Button>
      </form>
      <p className="field-help">{t('import.help')}</p>
      {error !== null && <ProblemNotice error={error} />}
      <ul className="rows">
        {jobs.map((job) => (
          <ImportRow key={job.id} initialJob={job} />
        ))}
      </ul>
    </Section>
  );
}
