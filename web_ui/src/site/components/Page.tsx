/**
 * The frame of a page: document title, `data-state` for styles and tests, scroll position and focus after a
 * navigation.
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
  /** The content has loaded. */
  complete?: boolean;
  /** The page begins with a picture below the transparent header. */
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
    // Keep the focus if a field of the page has taken it.
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
