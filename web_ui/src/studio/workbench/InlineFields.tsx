/** Fields that are edited in place. Empty ones wait behind a button “Add …”. */
import { useState } from 'react';
import type { Field, Resource, Row } from '../api/schema';
import { useT } from '../i18n';
import { fieldLabel } from '../i18n/labels';
import { Plus } from '../ui/lucide';
import { Button } from '../ui/components';
import { InlineField, isEmpty } from './InlineField';
import { useEditRequest } from './requests';

function AddButton({ field, resource, onAdd }: { field: Field; resource: Resource; onAdd: () => void }) {
  const t = useT();
  useEditRequest(field.name, onAdd);
  return (
    <Button kind="quiet" small icon={Plus} onClick={onAdd} data-add={field.name}>
      <span className="sr">{t('edit.add')}</span> {fieldLabel(field, resource)}
    </Button>
  );
}

export function InlineFields({
  fields,
  resource,
  record,
}: {
  fields: readonly Field[];
  resource: Resource;
  record: Row;
}) {
  const t = useT();
  const [added, setAdded] = useState<string | null>(null);
  const editable = (f: Field) => resource.verbs.includes('update') && !f.read_only && !f.create_only;
  const shown = fields.filter((f) => !isEmpty(record[f.name]) || f.name === added);
  const missing = fields.filter((f) => isEmpty(record[f.name]) && f.name !== added && editable(f));
  return (
    <>
      {shown.length > 0 && (
        <dl className="facts">
          {shown.map((f) => (
            <InlineField
              key={f.name}
              field={f}
              resource={resource}
              record={record}
              editing={f.name === added}
              onClose={() => setAdded((name) => (name === f.name ? null : name))}
            />
          ))}
        </dl>
      )}
      {missing.length > 0 && (
        <div className="add-fields">
          <span className="muted" aria-hidden="true">
            {t('edit.add')}
          </span>
          {missing.map((f) => (
            <AddButton key={f.name} field={f} resource={resource} onAdd={() => setAdded(f.name)} />
          ))}
        </div>
      )}
    </>
  );
}
