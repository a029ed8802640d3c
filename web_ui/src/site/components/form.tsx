/** Forms: a labelled entry, a password that can be looked at, an attempt that says why it failed. */
import { Eye, EyeOff } from 'lucide';
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Problem } from '../api/problem';
import { phrase, t } from '../i18n';
import { Icon, Bars } from './Icon';

type Values = Record<string, string>;

export interface Attempt {
  busy: boolean;
  problem: Problem | null;
  submit: (event: Event) => void;
  clear: () => void;
}

export function useAttempt(run: (values: Values) => Promise<void>): Attempt {
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

type EntryProps = Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'label'> & {
  name: string;
  label: string;
  hint?: string;
  aside?: ComponentChildren;
  problem?: Problem | null;
};

export function Entry({ name, label, hint, aside, problem, type = 'text', ...rest }: EntryProps) {
  const [shown, setShown] = useState(false);
  const secret = type === 'password';
  const wrong = problem?.errors.find((error) => error.field === name)?.message;
  const notes = [hint && `${name}-hint`, wrong && `${name}-wrong`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <span class="field-head">
        <label for={name}>{label}</label>
        {aside}
      </span>
      <span class="field-body">
        <input
          {...rest}
          id={name}
          name={name}
          class={`entry ${rest.class ?? ''}`}
          type={secret && shown ? 'text' : type}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={notes || undefined}
        />
        {secret && (
          <button
            type="button"
            class="icon-button"
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
            aria-label={t(shown ? 'account.hide_password' : 'account.show_password')}
          >
            <Icon node={shown ? EyeOff : Eye} />
          </button>
        )}
      </span>
      {hint && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {wrong && (
        <p class="wrong" id={`${name}-wrong`}>
          {wrong}
        </p>
      )}
    </div>
  );
}

/** Why the attempt failed. `words` are ours for the codes we know. */
export function Said({ problem, words = {} }: { problem: Problem | null; words?: Record<string, string> }) {
  if (!problem) return null;
  const known = words[problem.code] ?? (problem.status === 0 ? phrase(`fault.${problem.code}`) : null);
  const own = known ?? [problem.title || t('fault.other'), problem.remedy].filter(Boolean).join(' ');
  return (
    <p class="said" role="alert">
      {own}
    </p>
  );
}

export function Submit({
  busy,
  children,
  disabled = false,
  grave = false,
}: {
  busy: boolean;
  children: ComponentChildren;
  disabled?: boolean;
  grave?: boolean;
}) {
  return (
    <button type="submit" class={grave ? 'button wide grave' : 'button wide'} disabled={busy || disabled}>
      {busy ? <Bars loading wide /> : children}
    </button>
  );
}
