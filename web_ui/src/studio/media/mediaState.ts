/** A medium's state in words, and its odd shapes made even. */
import type { Row } from '../api/schema';
import { schemaWord } from '../i18n';
import { stageLabel } from '../../format';

export interface MediaProgress {
  percent: number;
  stage: string;
  speed: number | null;
  left: number | null;
  paused: boolean;
}

export function progressOf(media: Row): MediaProgress {
  const p = (media.progress ?? {}) as Record<string, unknown>;
  const num = (v: unknown) => (typeof v === 'number' && Number.isFinite(v) ? v : null);
  return {
    percent: num(p.percent) ?? 0,
    stage: String(p.stage ?? ''),
    speed: num(p.speed),
    left: num(p.left_s) ?? num(p.eta_s),
    paused: p.paused === true,
  };
}

export const errorOf = (media: Row): { code: string; stage: string; message: string } | null =>
  (media.error as { code: string; stage: string; message: string } | null) ?? null;

/** The pipeline's states, as what is being done in them. */
const DOING: Record<string, string> = { probed: 'probe', planned: 'plan', encoding: 'encode' };

export const stageWords = (name: string): string => schemaWord(stageLabel(DOING[name] ?? name), `stage.${name}`);
export const useStageWords = () => stageWords;
