import { useMemo, useState } from 'react';
import { CreateBase, useNotify } from 'react-admin';
import { useNavigate } from 'react-router-dom';
import { withoutOtherTargets } from '../access/targets';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { resourceDoc, resourcePlural, resourceTitle } from '../i18n/labels';
import { useCurrentResource } from '../SchemaContext';
import { PageHead } from './PageHead';
import { RecordForm } from './RecordForm';
import { findSecret, SecretDialog } from './SecretDialog';

export function CreatePage() {
  const t = useT();
  const resource = useCurrentResource();
  const notify = useNotify();
  const navigate = useNavigate();
  const [created, setCreated] = useState<{ secret: string; id: string } | null>(null);
  // One idempotency key per form: submitting twice creates one record.
  const key = useMemo(() => crypto.randomUUID(), []);
  const goToRecord = (id: string) =>
    navigate(resource.verbs.includes('get') ? `/${resource.plural}/${id}/show` : `/${resource.plural}`);
  return (
    <CreateBase
      redirect={false}
      transform={withoutOtherTargets}
      mutationOptions={{
        meta: { key },
        onSuccess: (row: Row) => {
          notify(t('form.created', { name: resourceTitle(resource) }));
          const secret = findSecret(row);
          if (secret) setCreated({ secret, id: row.id });
          else window.setTimeout(() => goToRecord(row.id), 30);
        },
      }}
    >
      <div className="form-page">
        <PageHead
          title={t('form.new', { name: resourceTitle(resource) })}
          up={{ to: `/${resource.plural}`, label: resourcePlural(resource) }}
        />
        {resource.doc && <p className="page-doc muted">{resourceDoc(resource)}</p>}
        <RecordForm resource={resource} back={`/${resource.plural}`} />
      </div>
      {created && <SecretDialog secret={created.secret} onClose={() => goToRecord(created.id)} />}
    </CreateBase>
  );
}
