/**
 * The frame of a page's content: the browser's title, the state that tests and styles look at, and the landing after
 * going on: the window at the top, the focus at the beginning of the content.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { arrived } from '../nav/go';
import { useSite } from '../session';

interface Props { title: string; state: string; class?: string; children: ComponentChildren }

export function Page({ title, state, class: name = 'page', children }: Props) {
  const main = useRef<HTMLElement>(null);
  const { site } = useSite();
  const organization = site?.organization.name ?? 'OTNet';
  useEffect(() => {
    document.title = title ? `${title} · ${organization}` : organization;
  }, [title, organization]);
  useLayoutEffect(() => {
    if (arrived()) main.current?.focus({ preventScroll: true });
  }, []);
  return <main ref={main} id="content" class={name} tabIndex={-1} data-state={state}>{children}</main>;
}
