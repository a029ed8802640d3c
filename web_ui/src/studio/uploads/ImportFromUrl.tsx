/** Imports a file from a URL: the server downloads it, and it becomes a title like an uploaded file. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent } from 'react';
import { useNotify } from 'react-admin';
import { get, post, request } from '../api/http';
import { useT } from '../i18n';
import { formatSize } from '../ui/format';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Link2, X } from '../ui/lucide';
import { Button, IconButton, Progress, Section } from '../ui/components';
import { ArrivedRow } from './ArrivedRow';
import { importList, useImportList, type ImportJob } from './importList';

export const IMPORTS_URL = '/api/v1/dashboard/imports';
const POLL_MS = 1000;

/** A download that is running or has failed. */
function ImportRow({ job }: { job: ImportJob }) {
  const t = useT();
  const notify = useNotify();
  const running = job.state === 'running';
  const { data } = useQuery({
    queryKey: ['import', job.id],
    queryFn: ({ signal }) => get<Partial<ImportJob>>(`${IMPORTS_URL}/${job.id}`, { signal }),
    enabled: running,
    refetchInterval: POLL_MS,
  });
  useEffect(() => {
    if (data) importList.update(job.id, data);
  }, [data, job.id]);
  const remove = () => {
    importList.remove(job.id);
    if (running)
      void request('DELETE', `${IMPORTS_URL}/${job.id}`).catch((error: Error) =>
        notify(error.message, { type: 'error' }),
      );
  };
  const error = [job.error?.message, job.error?.remedy].filter(Boolean).join(' ');
  return (
    <li className={`upload upload-${job.state}`} data-state={job.state}>
      <div className="run-words grow">
        <span className="name wrap" dir="auto">
          {job.name || job.url}
        </span>
        <span className="muted num">
          {t(`upload.${job.state}`)} · {formatSize(job.bytes)}
          {job.total ? ` / ${formatSize(job.total)}` : ''} · {job.libraryName}
        </span>
        {error && <span className="danger">{error}</span>}
        {running && job.total ? <Progress percent={(job.bytes / job.total) * 100} label={job.url} /> : null}
      </div>
      <IconButton label={t('remove_name', { name: job.name || job.url })} icon={X} onClick={remove} />
    </li>
  );
}

export function ImportFromUrl({ library }: { library: { id: string; name: string } | null }) {
  const t = useT();
  const jobs = useImportList();
  const [url, setUrl] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const start = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const job = await post<ImportJob>(IMPORTS_URL, { url, library: library!.id });
      importList.add({ ...job, url, libraryName: library!.name });
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
        {jobs.map((job) =>
          job.state === 'done' ? (
            <ArrivedRow
              key={job.id}
              item={{ ...job, size: job.bytes, mediaUrl: `${IMPORTS_URL}/${job.id}/media` }}
              onRemove={() => importList.remove(job.id)}
            />
          ) : (
            <ImportRow key={job.id} job={job} />
          ),
        )}
      </ul>
    </Section>
  );
}
