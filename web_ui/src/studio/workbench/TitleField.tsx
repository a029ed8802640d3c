/** The heading of a page, edited in place. */
import { useState } from 'react';
import type { Resource, Row } from '../api/schema';
import { recordLabel } from '../api/schema';
import { useT } from '../i18n';
import { fieldLabel } from '../i18n/labels';
import { Pencil } from '../ui/lucide';
import { IconButton } from '../ui/components';
import { Editor, SavedMark, useSavedMark } from './InlineField';

export function TitleField({ resource, record }: { resource: Resource; record: Row }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [saved, markSaved] = useSavedMark();
  const field = resource.fields.find((f) => f.name === resource.label)!;
  const editable = resource.verbs.includes('update') && !field.read_only;
  if (open)
    return (
      <div className="title-editor">
        <Editor
          field={field}
          resource={resource}
          record={record}
          onDone={(changed) => {
            setOpen(false);
            if (changed) markSaved();
          }}
        />
      </div>
    );
  return (
    <span className="title-field">
      <h1 dir="auto" onClick={() => editable && setOpen(true)} className={editable ? 'editable' : ''}>
        {recordLabel(resource, record)}
      </h1>
      {editable && (
        <IconButton
          className="small"
          label={t('edit.field', { name: fieldLabel(field, resource) })}
          icon={Pencil}
          onClick={() => setOpen(true)}
        />
      )}
      <SavedMark shown={saved} />
    </span>
  );
}
