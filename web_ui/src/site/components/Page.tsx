/**
 * The frame of a page's content: the browser's title, the state that tests and styles look at, and the landing after
 * going on: the window at the top, the focus at the beginning of the content.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { onPageRendered } from '../nav/clientNavigation';
import { useSite } from '../session';
import { setHeroUnderHeader } from './heroUnderHeader';

interface Props {
  title: string;
  state: string;
  class?: string;
  /** Its content is there. */
  complete?: boolean;
  /** It begins with a picture that reaches up under the head. */
  heroUnderHeader?: boolean;
  children: ComponentChildren;
}

export function Page({
  title,
  state,
  class: className = 'page',
  complete = state !== 'loading',
  heroUnderHeader = false,
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
    if (onPageRendered(complete) && !main.current?.contains(document.activeElement))
      main.current?.focus({ preventScroll: true });
  }, [complete, title]);
  useLayoutEffect(() => setHeroUnderHeader(heroUnderHeader), [heroUnderHeader]);
  return (
    <main ref={main} id="content" class={className} tabIndex={-1} data-state={state} data-over={heroUnderHeader}>
      {children}
    </main>
  );
}
