/** Form elements of the pages before signing in. */
import { useId, useState, type FormEvent, type InputHTMLAttributes, type ReactNode } from 'react';
import { Problem } from '../../../shared/problem';
import { sentence } from '../api/problem';
import { useT } from '../i18n';
import { TriangleAlert } from '../ui/lucide';
import { Button, Icon } from '../ui/components';

interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  help?: string | undefined;
  error?: string | undefined;
  aside?: ReactNode;
}

export function TextField({ label, help, error, aside, className = '', ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <div className={`field ${error ? 'field-bad' : ''}`}>
      <div className="field-label">
        <label htmlFor={id}>{label}</label>
        {aside}
      </div>
      <input
        id={id}
        className={`control ${className}`}
        aria-invalid={error ? true : undefined}
        aria-describedby={[error && `${id}-e`, help && `${id}-h`].filter(Boolean).join(' ') || undefined}
        {...rest}
      />
      {error && (
        <p className="field-error" id={`${id}-e`}>
          <Icon icon={TriangleAlert} size={14} />
          {error}
        </p>
      )}
      {help && (
        <p className="field-help" id={`${id}-h`}>
          {help}
        </p>
      )}
    </div>
  );
}

export type Fields = Record<string, string>;

/** Submits a form; tracks progress and error. */
export function useSubmit(run: (fields: Fields) => Promise<unknown>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = Object.fromEntries([...new FormData(event.currentTarget)].map(([k, v]) => [k, String(v)]));
    setBusy(true);
    setProblem(null);
    try {
      await run(fields);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const fieldError = (name: string) => {
    const error = problem?.errors.find((e) => e.field === name);
    return error && sentence(error);
  };
  return { busy, problem, submit, fieldError };
}

export function FormProblem({ problem, text }: { problem: Problem | null; text?: string | null }) {
  const t = useT();
  if (!problem) return null;
  const shownText =
    text ??
    (problem.status === 0
      ? `${t('fault.network')}. ${t('fault.network_remedy')}`
      : [problem.title, problem.remedy].filter(Boolean).join(' '));
  return (
    <p className="said" role="alert">
      <Icon icon={TriangleAlert} />
      {shownText}
    </p>
  );
}

export const SubmitButton = ({ busy, children }: { busy: boolean; children: ReactNode }) => (
  <Button kind="primary" type="submit" busy={busy} className="btn-wide">
    {children}
  </Button>
);
