/** Reads and saves the home layout. Unsaved changes stay in this browser until they are saved or discarded. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { request } from '../api/http';
import { session } from '../session/session';
import { draftOf, isSameLayout, layoutOf, type Draft, type HomeLayout } from './layout';

export const HOME_LAYOUT = '/api/v1/dashboard/home_layout';

interface Stored {
  layout: HomeLayout;
  etag: string | null;
}

const storageKey = (): string => `otnet.home-layout.${session.get().document?.organization?.id ?? ''}`;

function readDraft(): Stored | null {
  try {
    const text = localStorage.getItem(storageKey());
    return text === null ? null : (JSON.parse(text) as Stored);
  } catch {
    return null;
  }
}

function writeDraft(draft: Stored | null): void {
  if (draft === null) localStorage.removeItem(storageKey());
  else localStorage.setItem(storageKey(), JSON.stringify(draft));
}

export interface LayoutEditing {
  draft: Draft | null;
  changed: boolean;
  error: unknown;
  refetch: () => void;
  change: (next: Draft) => void;
  discard: () => void;
  /** Throws a Problem: 412 when somebody else has saved a layout since, unless `overwrite` is set. */
  save: (overwrite?: boolean) => Promise<void>;
}

export function useHomeLayout(): LayoutEditing {
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft | null>(null);
  /** The version that the draft is based on. */
  const [base, setBase] = useState<Stored | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['home_layout'],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0, // the page begins with the newest version whenever it is opened
    queryFn: async ({ signal }): Promise<Stored> => {
      const { body, etag } = await request<HomeLayout>('GET', HOME_LAYOUT, undefined, { signal });
      return { layout: body, etag };
    },
  });
  const adopt = (stored: Stored) => {
    writeDraft(null);
    setBase(stored);
    setDraft(draftOf(stored.layout));
  };
  useEffect(() => {
    if (!data || base) return;
    const kept = readDraft();
    if (kept && !isSameLayout(kept.layout, data.layout)) {
      setBase({ layout: data.layout, etag: kept.etag });
      setDraft(draftOf(kept.layout));
    } else adopt(data);
  }, [data]);
  const changed = draft !== null && base !== null && !isSameLayout(layoutOf(draft), base.layout);
  return {
    draft,
    changed,
    error: draft ? null : error,
    refetch: () => void refetch(),
    change: (next) => {
      setDraft(next);
      writeDraft({ layout: layoutOf(next), etag: base?.etag ?? null });
    },
    discard: () => {
      void refetch().then((result) => result.data && adopt(result.data));
    },
    save: async (overwrite = false) => {
      const headers: Record<string, string> = base?.etag && !overwrite ? { 'If-Match': base.etag } : {};
      const { body, etag } = await request<HomeLayout>('PUT', HOME_LAYOUT, layoutOf(draft!), { headers });
      const stored = { layout: body, etag };
      client.setQueryData(['home_layout'], stored);
      adopt(stored);
    },
  };
}
