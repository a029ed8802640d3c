// Plays a channel from an earlier moment within its window.
import { timelineStart } from '../../../web_ui/shared/channelClock';
import type { Engine } from '../player/types';

/** The instant at which the time line of the player begins, in ms. Without a known one, the live edge is now. */
async function timelineOrigin(engine: Engine, headers: Record<string, string>): Promise<number> {
  // Where the browser plays HLS itself, the time line begins at the date of the playlist.
  const video = engine.video as HTMLMediaElement & { getStartDate?: () => Date };
  const begun = video.getStartDate?.().getTime();
  if (begun) return begun;
  const estimated = Date.now() - engine.live.edge * 1000;
  const dash = engine.config?.sources?.dash;
  if (dash === undefined) return estimated;
  const answer = await fetch(dash, { headers }).catch(() => null);
  return (answer?.ok ? timelineStart(await answer.text()) : null) ?? estimated;
}

/** Plays from `moment` on, or from the start of the window if that is later. */
export async function playFromStart(engine: Engine, moment: number, headers: Record<string, string>): Promise<void> {
  const { config } = engine;
  const origin = await timelineOrigin(engine, headers);
  if (engine.config !== config) return;
  engine.seek(Math.max(engine.live.start, (moment - origin) / 1000));
  await engine.play();
}
