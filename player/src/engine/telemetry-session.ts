/** Whether telemetry is sent, the random id of its session, and its meter. */
import type { PlayerConfig } from '../config/config';
import type { BackendContext } from './backend';
import type { PlaybackMeter } from './playback-meter';

/**
 * A random UUID (RFC 9562, version 4). `crypto.randomUUID` is missing in insecure contexts, such as a home server
 * without TLS.
 */
export function randomId(): string {
  const digit = (c: string): string => {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    return (Number(c) ^ (byte & (15 >> (Number(c) / 4)))).toString(16);
  };
  return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, digit);
}

/** The viewer's opt-out: Global Privacy Control or Do Not Track. */
export function isTelemetryRefused(browser: { globalPrivacyControl?: boolean; doNotTrack?: string | null }): boolean {
  return browser.globalPrivacyControl === true || browser.doNotTrack === '1';
}

export const isTelemetryAllowed = (config: PlayerConfig, option: boolean | undefined): boolean =>
  option !== false &&
  !!config.telemetry &&
  !isTelemetryRefused(navigator as Navigator & { globalPrivacyControl?: boolean });

/**
 * Loads the meter of a title that has telemetry or progress; null if it has none or the meter can't be loaded. It is
 * loaded beside the backend, so that the start-up time includes the backend, and attempts that show no frame are
 * counted.
 */
export async function loadMeter(
  context: BackendContext,
  base: string,
  engine: () => string,
): Promise<PlaybackMeter | null> {
  if (!context.telemetryAllowed && !context.config.progress) return null;
  try {
    const { PlaybackMeter: Meter } = await import('./playback-meter');
    return new Meter(context, base, engine);
  } catch {
    return null;
  }
}
