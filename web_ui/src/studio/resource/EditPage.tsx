import { useState } from 'react';
import { EditBase, useEditContext, useNotify, useRefresh, useUpdate, type RaRecord } from 'react-admin';
import { useNavigate } from 'react-router-dom';
import { Problem } from '../../../shared/problem';
import { withoutOtherTargets } from '../access/targets';
import { recordLabel, type Row } from '../api/schema';
import { useT } from '../i18n';
import { resourceTitle } from '../i18n/labels';
import { useCurrentResource } from '../SchemaContext';
import { Dialog } from '../ui/Dialog';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Bars, Button } from '../ui/components';
import { ArtworkPanel } from '../artwork/ArtworkPanel';
import { PageHead } from './PageHead';
import { RecordForm } from './RecordForm';

/** Edit conflict (412): reload, or overwrite the other version. */
function Conflict({
  record,
  enteredValues,
  onClose,
  onReload,
}: {
  record: Row;
  enteredValues: Record<string, unknown>;
  onClose: () => void;
  onReload: () => void;
}) {
  const t = useT();
  const resource = useCurrentResource();
  const refresh = useRefresh();
  const notify = useNotify();
  const navigate = useNavigate();
  const [update, { isPending }] = useUpdate();
  const overwrite = () =>
    void update(
      resource.plural,
      { id: record.id, data: enteredValues, previousData: record as RaRecord, meta: { overwrite: true } },
      {
        onSuccess: () => {
          notify(t('form.saved'));
          refresh();
          onClose();
          navigate(`/${resource.plural}/${record.id}/show`);
        },
        onError: (error: unknown) => notify((error as Error).message, { type: 'error' }),
      },
    );
  return (
    <Dialog open title={t('conflict.title')} onClose={onClose}>
      <div className="dialog-body">
        <p>{t('conflict.why', { name: recordLabel(resource, record) })}</p>
      </div>
      <footer className="dialog-foot">
        <Button
          onClick={() => {
            refresh();
            onClose();
            onReload();
          }}
        >
          {t('conflict.reload')}
        </Button>
        <Button kind="danger" busy={isPending} onClick={overwrite}>
          {t('conflict.overwrite')}
        </Button>
      </footer>
    </Dialog>
  );
}

function Body({ formVersion }: { formVersion: number }) {
  const t = useT();
  const resource = useCurrentResource();
  const { record, isPending, error, refetch } = useEditContext<Row>();
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (isPending || !record)
    return (
      <div className="waiting" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </div>
    );
  const back = `/${resource.plural}/${record.id}/show`;
  return (
    <div className="form-page">
      <PageHead title={recordLabel(resource, record)} up={{ to: back, label: resourceTitle(resource) }} />
      <RecordForm key={formVersion} resource={resource} record={record} back={back} />
      {'artwork' in record && <ArtworkPanel resource={resource} record={record} />}
    </div>
  );
}

export function EditPage() {
  const t = useT();
  const resource = useCurrentResource();
  const notify = useNotify();
  const navigate = useNavigate();
  const [formVersion, setFormVersion] = useState(0);
  const [conflict, setConflict] = useState<{ record: Row; enteredValues: Record<string, unknown> } | null>(null);
  return (
    <EditBase
      mutationMode="pessimistic"
      transform={withoutOtherTargets}
      redirect={false}
      queryOptions={{ retry: false, refetchOnWindowFocus: false, gcTime: 0 }}
      mutationOptions={{
        // Navigate after the form has registered the submission; otherwise it warns about unsaved changes.
        onSuccess: (row: Row) => {
          notify(t('form.saved'));
          window.setTimeout(() => navigate(`/${resource.plural}/${row.id}/show`), 30);
        },
        onError: (error: unknown, variables: unknown) => {
          const { data, previousData } = variables as { data: Record<string, unknown>; previousData: Row };
          if (error instanceof Problem && error.status === 412)
            return setConflict({ record: previousData, enteredValues: data });
          const fields = error instanceof Problem && error.errors.length > 0;
          notify(
            fields
              ? t('form.check')
              : error instanceof Problem
                ? [error.title, error.remedy].filter(Boolean).join(' ')
                : (error as Error).message,
            { type: 'error' },
          );
        },
      }}
    >
      <Body formVersion={formVersion} />
      {conflict && (
        <Conflict {...conflict} onClose={() => setConflict(null)} onReload={() => setFormVersion(formVersion + 1)} />
      )}
    </EditBase>
  );
}
