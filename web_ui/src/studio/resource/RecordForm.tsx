/** A form built from the schema. Two or more groups become tabs; a tab shows when one of its fields has an error. */
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useEffect, useMemo, useState } from 'react';
import { useFormState, useWatch } from 'react-hook-form';
import { Form, useSaveContext } from 'react-admin';
import { fieldsOfScope } from '../access/targets';
import { groupFields, editableFields, type Resource, type Row } from '../api/schema';
import { fieldType } from '../fields';
import { useT } from '../i18n';
import { groupTitle } from '../i18n/labels';
import { isUnused } from '../policies/fields';
import { TriangleAlert } from '../ui/lucide';
import { Button, Icon, LinkButton } from '../ui/components';
import { DraftRequest } from './DraftRequest';
import { SubmitButton } from './SubmitButton';

/** Values of a new record that the form does not ask for. */
type Preset = Readonly<Record<string, unknown>>;
const NO_PRESET: Preset = {};

function FieldGroups({ resource, create, preset }: { resource: Resource; create: boolean; preset: Preset }) {
  const scope: unknown = useWatch({ name: 'scope' });
  const action: unknown = useWatch({ name: 'action' });
  const groups = useMemo(() => {
    const editable = fieldsOfScope(editableFields(resource, create), scope).filter(
      (f) =>
        !isUnused(resource.name, f.name, action) &&
        !(f.name in preset) &&
        (preset === NO_PRESET || f.group !== 'Integration'),
    );
    return groupFields(editable);
  }, [resource, create, preset, scope, action]);
  const [activeGroup, setActiveGroup] = useState(0);
  const { errors, submitCount } = useFormState();
  const hasError = groups.map(([, fields]) => fields.some((f) => errors[f.name]));
  const firstWithError = hasError.indexOf(true);
  // After a failed submission, open the first tab with an error.
  useEffect(() => {
    if (submitCount > 0 && firstWithError >= 0 && !hasError[activeGroup]) setActiveGroup(firstWithError);
  }, [submitCount, firstWithError]);
  return (
    <>
      {groups.length > 1 && (
        <Tabs
          value={activeGroup}
          onChange={(_, next: number) => setActiveGroup(next)}
          variant="scrollable"
          scrollButtons={false}
          className="page-tabs"
        >
          {groups.map(([name], i) => (
            <Tab
              key={name}
              id={`tab-${i}`}
              aria-controls={`group-${i}`}
              label={
                <span className="tab-label">
                  {groupTitle(name)}
                  {hasError[i] && <Icon icon={TriangleAlert} size={14} />}
                </span>
              }
            />
          ))}
        </Tabs>
      )}
      {groups.map(([name, fields], i) => (
        <div
          key={name}
          id={`group-${i}`}
          className="form-group"
          hidden={i !== activeGroup}
          {...(groups.length > 1 ? { role: 'tabpanel', 'aria-labelledby': `tab-${i}` } : {})}
        >
          {fields.map((field, k) => {
            const { Input, wide } = fieldType(field.type);
            return (
              <div key={field.name} className={wide ? 'wide' : ''}>
                <Input field={field} resource={resource} source={field.name} autoFocus={create && i === 0 && k === 0} />
              </div>
            );
          })}
        </div>
      ))}
    </>
  );
}

function FormFooter({
  back,
  onCancel,
  create,
}: {
  back: string;
  onCancel?: (() => void) | undefined;
  create: boolean;
}) {
  const t = useT();
  const { saving } = useSaveContext();
  const { isDirty, dirtyFields } = useFormState();
  // After `reset(…, { keepDirtyValues: true })` isDirty is false although dirtyFields is not empty.
  const changed = isDirty || Object.keys(dirtyFields).length > 0;
  return (
    <footer className="form-foot">
      {onCancel ? <Button onClick={onCancel}>{t('cancel')}</Button> : <LinkButton to={back}>{t('cancel')}</LinkButton>}
      <SubmitButton busy={Boolean(saving)} disabled={!create && !changed}>
        {create ? t('form.create') : t('form.save')}
      </SubmitButton>
    </footer>
  );
}

/** Keep typed values when the record is updated: by a fetch that follows the list's data, or by encoding progress. */
const RESET_OPTIONS = { keepDirtyValues: true, keepIsSubmitSuccessful: true };

export function RecordForm({
  resource,
  record,
  back = '',
  onCancel,
  preset = NO_PRESET,
}: {
  resource: Resource;
  record?: Row;
  back?: string;
  onCancel?: () => void;
  preset?: Preset;
}) {
  const create = !record;
  const defaults = useMemo(
    () =>
      create
        ? {
            ...Object.fromEntries(
              resource.fields
                .filter((f) => f.default !== null && f.default !== undefined)
                .map((f) => [f.name, f.default]),
            ),
            ...preset,
          }
        : undefined,
    [resource, create, preset],
  );
  return (
    <Form
      {...(defaults ? { defaultValues: defaults } : {})}
      resetOptions={RESET_OPTIONS}
      warnWhenUnsavedChanges
      noValidate
      className="record-form"
    >
      <DraftRequest resource={resource} record={record ?? null} />
      <FieldGroups resource={resource} create={create} preset={preset} />
      <FormFooter back={back} onCancel={onCancel} create={create} />
    </Form>
  );
}
