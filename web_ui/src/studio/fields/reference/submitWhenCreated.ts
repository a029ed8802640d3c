/** Submits a form as soon as none of its reference fields is creating a record, which is then part of what is saved. */
const POLL_MS = 50;

export const isCreating = (form: Element | null | undefined): boolean =>
  Boolean(form?.querySelector('[data-creating]'));

export function submitWhenCreated(form: HTMLFormElement | null | undefined): void {
  if (isCreating(form)) window.setTimeout(() => submitWhenCreated(form), POLL_MS);
  else if (form?.isConnected) form.requestSubmit();
}
