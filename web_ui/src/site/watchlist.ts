/** My list: put in, taken out, shown at once and taken back if the server says no. */
import { useState } from 'preact/hooks';
import { send } from './api/http';
import { calls, LIST } from './api/endpoints';
import { peek, put, read } from './api/cache';
import type { Title } from './types';

export function useListed(title: Pick<Title, 'id' | 'slug' | 'in_list'>): [boolean, () => Promise<void>] {
  const [wanted, setWanted] = useState<{ id: string; listed: boolean } | null>(null);
  const listed = wanted?.id === title.id ? wanted.listed : title.in_list;
  const turn = async () => {
    setWanted({ id: title.id, listed: !listed });
    try {
      await send(listed ? 'DELETE' : 'PUT', `${LIST}/${encodeURIComponent(title.id)}`);
      const url = calls.title(title.slug);
      const known = peek<Title>(url);
      if (known) put(url, { ...known, in_list: !listed });
      if (peek(LIST)) void read(LIST);
    } catch (error) {
      setWanted({ id: title.id, listed });
      throw error;
    }
  };
  return [listed, turn];
}
