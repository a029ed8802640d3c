/** The narrow layout of the account pages. */
import type { ComponentChildren } from 'preact';
import { Page } from '../components/Page';

interface Props {
  title: string;
  why?: string;
  state: string;
  children: ComponentChildren;
}

export function AccountLayout({ title, why, state, children }: Props) {
  return (
    <Page title={title} state={state} class="page door">
      <h1>{title}</h1>
      {why && <p class="muted">{why}</p>}
      {children}
    </Page>
  );
}
