/** The markers of a media while they are edited: each valid change is saved shortly after it, and can be undone. */
import { useEffect, useRef, useState } from 'react';
import { explained } from '../api/problem';
import type { Resource, Row } from '../api/schema';
import { useSave } from '../workbench/useSave';
import { isSame, isUnfinished, markerProblem, markersOf, type Markers } from './markers';

const SAVE_DELAY_MS = 500;

export interface MarkerEditing {
  markers: Markers;
  saved: boolean;
  error: string;
  canUndo: boolean;
  /** `apart`: this is a change of its own, and not part of the last one. */
  change: (next: Markers, apart?: boolean) => void;
  undo: () => void;
}

export function useMarkers(resource: Resource, media: Row, duration: number): MarkerEditing {
  const save = useSave(resource);
  const stored = markersOf(media);
  const [markers, setMarkers] = useState(stored);
  const [history, setHistory] = useState<Markers[]>([]);
  const [error, setError] = useState('');
  const [saved, setSaved] = useState(false);
  const pending = useRef(0);
  /** The newest state; a save that ends later must not overwrite what was changed meanwhile. */
  const latest = useRef(markers);
  /** Whether the next difference begins a change that is undone by itself. */
  const startsChange = useRef(true);
  const show = (next: Markers) => {
    latest.current = next;
    setMarkers(next);
  };
  useEffect(() => {
    if (pending.current === 0 && !isUnfinished(latest.current) && !markerProblem(latest.current, duration))
      show(markersOf(media));
  }, [media.intro_start_s, media.intro_end_s, media.credits_start_s]);
  const store = async (next: Markers) => {
    try {
      await save(media, next);
      setError('');
      setSaved(true);
    } catch (problem) {
      setError(explained(problem));
    }
  };
  const storeLatest = useRef(store);
  storeLatest.current = store;
  useEffect(
    () => () => {
      window.clearTimeout(pending.current);
      if (pending.current) void storeLatest.current(latest.current);
    },
    [],
  );
  const apply = (next: Markers) => {
    show(next);
    setSaved(false);
    setError('');
    window.clearTimeout(pending.current);
    pending.current = 0;
    if (isUnfinished(next) || markerProblem(next, duration)) return;
    pending.current = window.setTimeout(() => {
      pending.current = 0;
      void store(next);
    }, SAVE_DELAY_MS);
  };
  return {
    markers,
    saved,
    error,
    canUndo: history.length > 0,
    change: (next, apart = true) => {
      startsChange.current ||= apart;
      if (isSame(next, latest.current)) return;
      if (startsChange.current) setHistory([...history, latest.current]);
      startsChange.current = false;
      apply(next);
    },
    undo: () => {
      const before = history.at(-1);
      if (!before) return;
      setHistory(history.slice(0, -1));
      apply(before);
    },
  };
}
