/** How far the player can go back on a channel, and what moment it plays. */
import { useEffect, useState } from 'preact/hooks';
import { timelineStart } from '../../../shared/channelClock';
import type { Engine } from '../watch/player';

const TICK_MS = 1000;
/** Later than this, the viewer watches something earlier than the present. */
const BEHIND_S = 20;

export interface ChannelWindow {
  /** The instant at which the player's time line begins, in ms. */
  origin: number;
  /** The earliest instant that can be played, and the one that plays, in ms. */
  start: number;
  at: number;
  /** How far behind the live edge the viewer is, in seconds; 0 at the edge. */
  behind: number;
}

/** `origin`: where it is known; else the live edge is taken for the present. Pure. */
export function windowOf(live: Engine['live'], origin: number | null, now: number): ChannelWindow | null {
  if (!live.isLive || live.edge <= live.start) return null;
  const zero = origin ?? now - live.edge * 1000;
  return {
    origin: zero,
    start: zero + live.start * 1000,
    at: zero + (live.edge - live.latency) * 1000,
    behind: live.latency > BEHIND_S ? Math.round(live.latency) : 0,
  };
}

/** The start of the time line of the manifest that is played; null if it is not known. */
async function originOf(dash: string | undefined): Promise<number | null> {
  if (!dash) return null;
  const answer = await fetch(dash);
  return answer.ok ? timelineStart(await answer.text()) : null;
}

/** Null until the player knows. */
export function useWindow(engine: Engine | null): ChannelWindow | null {
  const [known, set] = useState<ChannelWindow | null>(null);
  const dash = engine?.config?.sources?.dash;
  useEffect(() => {
    let origin: number | null = null;
    let stopped = false;
    const update = () => {
      if (stopped) return;
      // Safari plays HLS itself: its time line begins at the date of the playlist.
      const video = engine?.video as (HTMLMediaElement & { getStartDate?: () => Date }) | undefined;
      const begun = video?.getStartDate?.().getTime();
      set(engine ? windowOf(engine.live, begun || origin, Date.now()) : null);
    };
    originOf(dash).then(
      (read) => {
        origin = read;
        update();
      },
      () => undefined,
    );
    update();
    const timer = window.setInterval(update, TICK_MS);
    return () => {
      stopped = true;
      window.clearInterval(timer);
    };
  }, [engine, dash]);
  return known;
}

/** Plays a channel from an instant on. */
export function playFrom(engine: Engine, { origin }: ChannelWindow, at: number): void {
  engine.seek((at - origin) / 1000);
  void engine.play().catch(() => undefined);
}
