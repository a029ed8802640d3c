/** Form elements: labelled fields, password visibility, submission with error handling. */
import { Eye, EyeOff } from 'lucide';
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Problem } from '../../../shared/problem';
import { messageOrNull, t } from '../i18n';
import { Icon, Bars } from './Icon';

type Values = Record<string, string>;

export interface Submission {
  busy: boolean;
  problem: Problem | null;
  submit: (event: Event) => void;
  clear: () => void;
}

export function useSubmit(run: (values: Values) => Promise<void>): Submission {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    setBusy(true);
    setProblem(null);
    run(values)
      .catch((error: unknown) => setProblem(error instanceof Problem ? error : new Problem(0, 'other')))
      .finally(() => setBusy(false));
  };
  return { busy, problem, submit, clear: () => setProblem(null) };
}

type TextFieldProps = Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'label' | 'id'> & {
  name: string;
  /** Of the input, if another field on the page has the same name. */
  id?: string;
  label: string;
  hint?: string;
  aside?: ComponentChildren;
  problem?: Problem | null;
};

export function TextField({ name, label, hint, aside, problem, type = 'text', ...rest }: TextFieldProps) {
  const id = rest.id ?? name;
  const [revealed, setRevealed] = useState(false);
  const secret = type === 'password';
  const error = problem?.errors.find((error) => error.field === name)?.reason;
  const notes = [hint && `${id}-hint`, error && `${id}-wrong`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <span class="field-head">
        <label for={id}>{label}</label>
        {aside}
      </span>
      <span class="field-body">
        <input
          {...rest}
          id={id}
          name={name}
          class={`entry ${rest.class ?? ''}`}
          type={secret && revealed ? 'text' : type}
          aria-invalid={error ? true : undefined}
          aria-describedby={notes || undefined}
        />
        {secret && (
          <button
            type="button"
            class="icon-button"
            aria-pressed={revealed}
            onClick={() => setRevealed(!revealed)}
            aria-label={t(revealed ? 'account.hide_password' : 'account.show_password')}
          >
            <Icon node={revealed ? EyeOff : Eye} />
          </button>
        )}
      </span>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="wrong" id={`${id}-wrong`}>
          {error}
        </p>
      )}
    </div>
  );
}

/** The error of a submission. `texts` overrides the message by error code. */
export function FormProblem({ problem, texts = {} }: { problem: Problem | null; texts?: Record<string, string> }) {
  if (!problem) return null;
  const ownText = texts[problem.code] ?? (problem.status === 0 ? messageOrNull(`fault.${problem.code}`) : null);
  const message = ownText ?? [problem.title || t('fault.other'), problem.remedy].filter(Boolean).join(' ');
  return (
    <p class="said" role="alert">
      {message}
    </p>
  );
}

export function SubmitButton({
  busy,
  children,
  disabled = false,
  destructive = false,
}: {
  busy: boolean;
  children: ComponentChildren;
  disabled?: boolean;
  destructive?: boolean;
}) {
  return (
    <button type="submit" class={destructive ? 'button wide grave' : 'button wide'} disabled={busy || disabled}>
      {busy ? <Bars loading wide /> : children}
    </button>
  );
}
