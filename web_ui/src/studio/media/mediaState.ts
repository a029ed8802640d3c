/** State and progress of media, normalised and labelled. */
import type { Row } from '../api/schema';
import { schemaText } from '../i18n';
import { stageName } from '../../format';

export interface MediaProgress {
  percent: number;
  stage: string;
  speed: number | null;
  left: number | null;
  paused: boolean;
}

export function progressOf(media: Row): MediaProgress {
  const p = (media.progress ?? {}) as Record<string, unknown>;
  const numberOrNull = (v: unknown) => (typeof v === 'number' && Number.isFinite(v) ? v : null);
  return {
    percent: numberOrNull(p.percent) ?? 0,
    stage: String(p.stage ?? ''),
    speed: numberOrNull(p.speed),
    left: numberOrNull(p.left_s) ?? numberOrNull(p.eta_s),
    paused: p.paused === true,
  };
}

export const errorOf = (media: Row): { code: string; stage: string; message: string } | null =>
  (media.error as { code: string; stage: string; message: string } | null) ?? null;

/** The stage that runs in each state. */
const STAGE_OF_STATE: Record<string, string> = { probed: 'probe', planned: 'plan', encoding: 'encode' };

export const stageLabel = (name: string): string =>
  schemaText(stageName(STAGE_OF_STATE[name] ?? name), `stage.${name}`);
export const useStageLabel = () => stageLabel;
