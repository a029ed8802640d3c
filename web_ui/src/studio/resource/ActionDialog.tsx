/** A dialog generated from an action's fields and description. */
import { useState } from 'react';
import { Form } from 'react-admin';
import { Problem } from '../../../shared/problem';
import { errorsByField } from '../api/problem';
import type { Action, Resource } from '../api/schema';
import { fieldType } from '../fields';
import { useT } from '../i18n';
import { actionDoc, actionLabel } from '../i18n/labels';
import { Dialog } from '../ui/Dialog';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Button } from '../ui/components';
import { SubmitButton } from './SubmitButton';

interface Props {
  action: Action;
  resource: Resource;
  onClose: () => void;
  onRun: (values: Record<string, unknown>) => Promise<unknown>;
}

export function ActionDialog({ action, resource, onClose, onRun }: Props) {
  const t = useT();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const fields = action.fields ?? [];
  const defaults = Object.fromEntries(
    fields.filter((f) => f.default !== undefined && f.default !== null).map((f) => [f.name, f.default]),
  );
  const submit = async (entered: Record<string, unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await onRun(
        Object.fromEntries(
          fields
            .filter((f) => entered[f.name] !== null && entered[f.name] !== undefined && entered[f.name] !== '')
            .map((f) => [f.name, entered[f.name]]),
        ),
      );
      return undefined;
    } catch (problem) {
      const errors =
        problem instanceof Problem && problem.errors.length > 0 ? errorsByField(problem.errors) : undefined;
      if (!errors) setError(problem);
      return errors;
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open title={actionLabel(action, resource)} onClose={onClose}>
      <Form defaultValues={defaults} onSubmit={submit as never}>
        <div className="dialog-body stack">
          {action.doc && <p className="muted">{actionDoc(action, resource)}</p>}
          {fields.map((f) => {
            const { Input } = fieldType(f.type);
            return <Input key={f.name} field={f} resource={resource} source={f.name} />;
          })}
          {error !== null && <ProblemNotice error={error} />}
        </div>
        <footer className="dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <SubmitButton kind={action.danger ? 'danger' : 'primary'} busy={busy} autoFocus={fields.length === 0}>
            {actionLabel(action, resource)}
          </SubmitButton>
        </footer>
      </Form>
    </Dialog>
  );
}
