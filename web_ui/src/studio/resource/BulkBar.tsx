/** Bulk actions for the selected rows: the schema's, changing a field, deleting. */
import { useState } from 'react';
import { Form, useDataProvider, useListContext, useNotify, useRefresh } from 'react-admin';
import type { StudioProvider } from '../api/dataProvider';
import { editableFields, type Action, type Resource } from '../api/schema';
import { fieldType } from '../fields';
import { useT } from '../i18n';
import { actionLabel, fieldLabel } from '../i18n/labels';
import { Dialog } from '../ui/Dialog';
import { Pencil, Trash2, X } from '../ui/lucide';
import { Button, IconButton } from '../ui/components';
import { ActionDialog } from './ActionDialog';
import { SubmitButton } from './SubmitButton';

function BulkEditDialog({
  resource,
  count,
  onClose,
  onRun,
}: {
  resource: Resource;
  count: number;
  onClose: () => void;
  onRun: (values: Record<string, unknown>) => void;
}) {
  const t = useT();
  const fields = editableFields(resource, false).filter((f) => !['translations', 'slug', 'secret'].includes(f.type));
  const [field, setField] = useState(fields[0]!);
  const { Input } = fieldType(field.type);
  return (
    <Dialog open title={t('bulk.change_title', { smart_count: count })} onClose={onClose}>
      <Form onSubmit={(values: Record<string, unknown>) => onRun({ [field.name]: values[field.name] ?? null })}>
        <div className="dialog-body stack">
          <label className="field">
            <span className="field-label">{t('bulk.field')}</span>
            <select
              className="control"
              value={field.name}
              onChange={(e) => setField(fields.find((f) => f.name === e.target.value)!)}
            >
              {fields.map((f) => (
                <option key={f.name} value={f.name}>
                  {fieldLabel(f, resource)}
                </option>
              ))}
            </select>
          </label>
          <Input key={field.name} field={field} resource={resource} source={field.name} />
        </div>
        <footer className="dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <SubmitButton>{t('bulk.apply')}</SubmitButton>
        </footer>
      </Form>
    </Dialog>
  );
}

export function BulkBar({ resource }: { resource: Resource }) {
  const t = useT();
  const notify = useNotify();
  const refresh = useRefresh();
  const provider = useDataProvider<StudioProvider>();
  const { selectedIds = [], onUnselectItems } = useListContext();
  const [open, setOpen] = useState<Action | 'delete' | 'update' | null>(null);
  if (selectedIds.length === 0) return null;
  const run = async (action: string, values: Record<string, unknown> = {}) => {
    const { results } = await provider.bulk(resource.plural, action, selectedIds, values);
    const failed = results.filter((r) => r.status >= 400);
    setOpen(null);
    onUnselectItems();
    refresh();
    if (failed.length > 0)
      notify(
        t('bulk.some_failed', {
          done: results.length - failed.length,
          failed: failed.length,
          why: failed[0]!.problem?.title ?? '',
        }),
        { type: 'warning', autoHideDuration: 10_000 },
      );
    else notify(t('bulk.done', { smart_count: results.length }));
  };
  const runAndReport = (action: string, values?: Record<string, unknown>) =>
    void run(action, values).catch((error: Error) => notify(error.message, { type: 'error' }));
  return (
    <div className="bulk" role="region" aria-label={t('bulk.title')}>
      <span className="num">{t('bulk.selected', { smart_count: selectedIds.length })}</span>
      {resource.actions
        .filter((a) => a.bulk)
        .map((a) => (
          <Button key={a.name} small kind={a.danger ? 'danger' : 'plain'} onClick={() => setOpen(a)}>
            {actionLabel(a, resource)}
          </Button>
        ))}
      {resource.verbs.includes('update') && (
        <Button small icon={Pencil} onClick={() => setOpen('update')}>
          {t('bulk.change')}
        </Button>
      )}
      {resource.verbs.includes('delete') && (
        <Button small kind="danger" icon={Trash2} onClick={() => setOpen('delete')}>
          {t('delete')}
        </Button>
      )}
      <IconButton label={t('bulk.clear')} icon={X} onClick={() => onUnselectItems()} />
      {open === 'delete' && (
        <Dialog open title={t('bulk.delete_title', { smart_count: selectedIds.length })} onClose={() => setOpen(null)}>
          <div className="dialog-body">
            <p>{t(resource.trash ? 'delete.why_trash' : 'delete.why')}</p>
          </div>
          <footer className="dialog-foot">
            <Button onClick={() => setOpen(null)}>{t('cancel')}</Button>
            <Button kind="danger" onClick={() => runAndReport('delete')}>
              {t('delete')}
            </Button>
          </footer>
        </Dialog>
      )}
      {open === 'update' && (
        <BulkEditDialog
          resource={resource}
          count={selectedIds.length}
          onClose={() => setOpen(null)}
          onRun={(values) => runAndReport('update', values)}
        />
      )}
      {open && typeof open === 'object' && (
        <ActionDialog
          action={open}
          resource={resource}
          onClose={() => setOpen(null)}
          onRun={(values) => run(open.name, values)}
        />
      )}
    </div>
  );
}
