/**
 * The preview of a home layout that is not saved yet. The studio shows `/?preview=layout` in a frame, and hands the
 * home page to it as a message. Only a page of the same origin that frames this one is listened to.
 */
import { useEffect, useState } from 'preact/hooks';
import type { Home } from '../../shared/viewerApi';

export interface PreviewMessage {
  type: 'otnet:home-preview';
  home: Home;
}
export const READY = 'otnet:home-preview-ready';

export const isLayoutPreview = (): boolean =>
  window.parent !== window && new URLSearchParams(location.search).get('preview') === 'layout';

/** The home page from the studio; null until it has arrived. */
export function usePreviewedHome(active: boolean): Home | null {
  const [home, setHome] = useState<Home | null>(null);
  useEffect(() => {
    if (!active) return undefined;
    const onMessage = (event: MessageEvent<PreviewMessage | null>) => {
      if (event.origin !== location.origin || event.source !== window.parent) return;
      if (event.data?.type === 'otnet:home-preview') setHome(event.data.home);
    };
    const keepHere = (event: MouseEvent) => {
      if (event.target instanceof Element && event.target.closest('a')) {
        event.preventDefault();
        event.stopPropagation();
      }
    };
    addEventListener('message', onMessage);
    document.addEventListener('click', keepHere, true);
    window.parent.postMessage({ type: READY }, location.origin);
    return () => {
      removeEventListener('message', onMessage);
      document.removeEventListener('click', keepHere, true);
    };
  }, [active]);
  return home;
}
