/** Times of a span in words. Pure. */
import type { Translate } from '../i18n';
import type { Replaced } from './airings';
import type { Program, Span } from './programs';
import { formatTime } from './zone';

export const timesOf = (span: Span, zone: string): string =>
  `${formatTime(span.starts, zone)} – ${formatTime(span.ends, zone)}`;

export const conflictWords = (conflict: Program, zone: string) => ({
  title: conflict.title,
  times: timesOf(conflict, zone),
});

const CODECS: Record<string, string> = { hevc: 'HEVC', av1: 'AV1' };

/** Why a title is not on: a sentence, with what to do. */
export const replacedWords = ({ title, codec }: Replaced, t: Translate): string =>
  codec
    ? t('schedule.replaced_codec', { title, codec: CODECS[codec] ?? codec })
    : t('schedule.replaced_not_ready', { title });
