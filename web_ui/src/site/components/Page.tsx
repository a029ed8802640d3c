/**
 * The frame of a page's content: the browser's title, the state that tests and styles look at, and the landing after
 * going on: the window at the top, the focus at the beginning of the content.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { arrived } from '../nav/clientNavigation';
import { useSite } from '../session';
import { setOver } from './heroUnderHeader';

interface Props {
  title: string;
  state: string;
  class?: string;
  /** Its content is there. */
  complete?: boolean;
  /** It begins with a picture that reaches up under the head. */
  over?: boolean;
  children: ComponentChildren;
}

export function Page({
  title,
  state,
  class: name = 'page',
  complete = state !== 'loading',
  over = false,
  children,
}: Props) {
  const main = useRef<HTMLElement>(null);
  const { site } = useSite();
  const organization = site?.organization.name ?? 'OTNet';
  useEffect(() => {
    document.title = title ? `${title} · ${organization}` : organization;
  }, [title, organization]);
  useLayoutEffect(() => {
    // A field of the page that took the focus keeps it.
    if (arrived(complete) && !main.current?.contains(document.activeElement))
      main.current?.focus({ preventScroll: true });
  }, [complete, title]);
  useLayoutEffect(() => setOver(over), [over]);
  return (
    <main ref={main} id="content" class={name} tabIndex={-1} data-state={state} data-over={over}>
      {children}
    </main>
  );
}
