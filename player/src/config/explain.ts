/** What is wrong with a configuration, in sentences. */
import { wordsFor } from '../i18n';
import type { Wrong } from './check';
import { ConfigError } from './parse';

/** How many letters differ; enough to find “autoply”. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The known name that was probably meant. */
function near({ name = '', known = '' }: Wrong['values']): string | undefined {
  const like = (a: string): boolean => distance(a.toLowerCase(), String(name).toLowerCase()) <= 2;
  return String(known).split(',').find(like);
}

export async function explained(wrong: Wrong, language: string): Promise<ConfigError> {
  const say = await wordsFor(language, 'config');
  const meant = wrong.reason === 'unknown' ? near(wrong.values) : undefined;
  const reason = say(`config.${wrong.reason}`, wrong.values);
  const remedy = meant ? say('config.did_you_mean', { near: meant }) : say(`config.${wrong.remedy}`, wrong.values);
  const field = wrong.field || say('config.whole');
  return new ConfigError(wrong.field, reason, remedy, say('config.wrong', { field, reason, remedy }));
}
