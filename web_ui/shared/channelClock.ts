/** The time line of a channel's or live stream's MPD: seconds since its `availabilityStartTime`. Pure. */

/** The instant at which the time line of an MPD begins, in ms; null in other documents. */
export function timelineStart(mpd: string): number | null {
  const start = Date.parse(/\savailabilityStartTime="([^"]+)"/.exec(mpd)?.[1] ?? '');
  return Number.isNaN(start) ? null : start;
}
