/** The watchlist and the titles to continue. Adding and removing is shown at once, and reverted on errors. */
import { useState } from 'preact/hooks';
import { send } from './api/http';
import { endpoints, LIST, PROGRESS } from './api/endpoints';
import { getCached, setCached, revalidate } from './api/cache';
import type { TitlePage } from '../../shared/viewerApi';

export function useWatchlist(title: Pick<TitlePage, 'id' | 'slug' | 'in_list'>): [boolean, () => Promise<void>] {
  const [optimistic, setOptimistic] = useState<{ id: string; listed: boolean } | null>(null);
  const listed = optimistic?.id === title.id ? optimistic.listed : title.in_list;
  const toggle = async () => {
    setOptimistic({ id: title.id, listed: !listed });
    try {
      await send(listed ? 'DELETE' : 'PUT', `${LIST}/${encodeURIComponent(title.id)}`);
      const url = endpoints.title(title.slug);
      const known = getCached<TitlePage>(url);
      if (known) setCached(url, { ...known, in_list: !listed });
      if (getCached(LIST)) void revalidate(LIST);
    } catch (error) {
      setOptimistic({ id: title.id, listed });
      throw error;
    }
  };
  return [listed, toggle];
}

/** Removes a title from those to continue, on all devices. */
export async function removeProgress(id: string): Promise<void> {
  await send('DELETE', `${PROGRESS}?content=${encodeURIComponent(id)}`);
  await revalidate(endpoints.home());
}
