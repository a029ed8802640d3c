/** A message: what happened, why, what to do. */
import type { ComponentChildren } from 'preact';
import { Bars } from './Icon';

interface Props {
  title: string;
  explanation?: string;
  remedy?: string;
  code?: string;
  children?: ComponentChildren;
  small?: boolean;
  state?: string;
}

export function Notice({ title, explanation, remedy, code, children, small = false, state = 'notice' }: Props) {
  const Heading = small ? 'h2' : 'h1';
  return (
    <div
      class={small ? 'notice notice-small' : 'notice'}
      data-testid={state}
      role={state === 'fault' ? 'alert' : undefined}
    >
      <Bars wide />
      <Heading>{title}</Heading>
      {explanation && <p>{explanation}</p>}
      {remedy && <p class="muted">{remedy}</p>}
      {children && <div class="actions">{children}</div>}
      {code && <p class="code">{code}</p>}
    </div>
  );
}

export function LoadingNotice({ state = 'loading' }: { state?: string }) {
  return (
    <div class="waiting" data-testid={state}>
      <Bars wide loading />
    </div>
  );
}
