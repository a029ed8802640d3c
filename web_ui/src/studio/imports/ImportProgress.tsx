/** A running import of metadata, and what it has done. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useT } from '../i18n';
import { Download } from '../ui/lucide';
import { Button, Icon, LinkButton, Progress, Section } from '../ui/components';
import { FailureList } from './FailureList';
import { METADATA_IMPORTS, metadataImports, type MetadataImport } from './metadataImport';

const POLL_MS = 700;

export function ImportProgress({ initial }: { initial: MetadataImport }) {
  const t = useT();
  const client = useQueryClient();
  const { data: job = initial, refetch } = useQuery({
    queryKey: ['metadata-import', initial.id],
    queryFn: () => metadataImports.state(initial.id),
    refetchInterval: (query) => (query.state.data && query.state.data.state !== 'running' ? false : POLL_MS),
  });
  const running = job.state === 'running';
  useEffect(() => {
    if (!running) void client.invalidateQueries({ queryKey: ['content'] });
  }, [running, client]);
  const percent = job.total > 0 ? (job.done / job.total) * 100 : 0;
  return (
    <>
      <Section
        title={t(`metadata.state.${job.state}`)}
        action={
          running ? (
            <Button small onClick={() => void metadataImports.stop(job.id).then(() => refetch())}>
              {t('metadata.stop')}
            </Button>
          ) : (
            <LinkButton kind="primary" to="/content">
              {t('metadata.open')}
            </LinkButton>
          )
        }
      >
        <div className="stack" data-testid="metadata-import" data-state={job.state}>
          {running && <Progress percent={percent} label={t('metadata.title')} />}
          <p className="num" role="status">
            {t('metadata.done_counts', {
              done: job.done,
              total: job.total,
              created: job.created,
              updated: job.updated,
              unchanged: job.unchanged,
              failed: job.failed,
            })}
          </p>
          {job.state === 'interrupted' && <p className="muted">{t('metadata.again')}</p>}
          {!running && job.failed > 0 && (
            <p>
              <a className="btn btn-plain" href={`${METADATA_IMPORTS}/${job.id}/failures`} download>
                <Icon icon={Download} />
                {t('metadata.download_failures')}
              </a>
            </p>
          )}
        </div>
      </Section>
      <FailureList failures={job.failures} />
    </>
  );
}
