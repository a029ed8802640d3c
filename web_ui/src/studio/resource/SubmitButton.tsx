/**
 * The button that submits a form. If one of the form's reference fields is creating a record, it waits for it, so that
 * the record is part of what is saved.
 */
import type { ReactNode } from 'react';
import { isCreating, submitWhenCreated, useCreating } from '../fields/reference/submitWhenCreated';
import { Button } from '../ui/components';

interface Props {
  children: ReactNode;
  kind?: 'primary' | 'danger';
  busy?: boolean;
  disabled?: boolean;
  autoFocus?: boolean;
}

export function SubmitButton({ children, kind = 'primary', busy = false, disabled = false, autoFocus }: Props) {
  const creating = useCreating();
  return (
    <Button
      kind={kind}
      type="submit"
      busy={busy}
      disabled={disabled && !creating}
      {...(autoFocus ? { autoFocus } : {})}
      onClick={(e) => {
        const { form } = e.currentTarget;
        if (!isCreating(form)) return;
        e.preventDefault();
        submitWhenCreated(form);
      }}
    >
      {children}
    </Button>
  );
}
