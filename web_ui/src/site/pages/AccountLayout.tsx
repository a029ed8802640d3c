/** The narrow layout of the account pages. */
import type { ComponentChildren } from 'preact';
import { Page } from '../components/Page';

interface Props {
  title: string;
  explanation?: string;
  state: string;
  children: ComponentChildren;
}

export function AccountLayout({ title, explanation, state, children }: Props) {
  return (
    <Page title={title} state={state} class="page door">
      <h1>{title}</h1>
      {explanation && <p class="muted">{explanation}</p>}
      {children}
    </Page>
  );
}
