import { useMemo, useState } from 'react';
import { CreateBase, useNotify } from 'react-admin';
import { useNavigate } from 'react-router-dom';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { resourceDoc, resourcePlural, resourceTitle } from '../i18n/labels';
import { useShownResource } from '../SchemaContext';
import { PageHead } from './PageHead';
import { RecordForm } from './RecordForm';
import { secretIn, SecretDialog } from './SecretDialog';

export function CreatePage() {
  const t = useT();
  const resource = useShownResource();
  const notify = useNotify();
  const navigate = useNavigate();
  const [shown, setShown] = useState<{ secret: string; id: string } | null>(null);
  // One key for one form: pressing twice, or again after a lost answer, makes one record.
  const key = useMemo(() => crypto.randomUUID(), []);
  const leave = (id: string) =>
    navigate(resource.verbs.includes('get') ? `/${resource.plural}/${id}/show` : `/${resource.plural}`);
  return (
    <CreateBase
      redirect={false}
      mutationOptions={{
        meta: { key },
        onSuccess: (row: Row) => {
          notify(t('form.created', { name: resourceTitle(resource) }));
          const secret = secretIn(row);
          if (secret) setShown({ secret, id: row.id });
          else window.setTimeout(() => leave(row.id), 30);
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
      {shown && <SecretDialog secret={shown.secret} onClose={() => leave(shown.id)} />}
    </CreateBase>
  );
}
