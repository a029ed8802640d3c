/** Turns a configuration error into sentences. */
import { loadTranslations } from '../i18n';
import type { ConfigIssue } from './check';
import { ConfigError } from './parse';

/** Levenshtein distance, to suggest “autoplay” for “autoply”. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(previous[j]! + 1, next[j - 1]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    previous = next;
  }
  return previous[b.length]!;
}

/** The known field name closest to the unknown one. */
function closestField({ name = '', known = '' }: ConfigIssue['values']): string | undefined {
  const isClose = (a: string): boolean => distance(a.toLowerCase(), String(name).toLowerCase()) <= 2;
  return String(known).split(',').find(isClose);
}

export async function explainIssue(issue: ConfigIssue, language: string): Promise<ConfigError> {
  const translate = await loadTranslations(language, 'config');
  const suggestion = issue.reason === 'unknown' ? closestField(issue.values) : undefined;
  const reason = translate(`config.${issue.reason}`, issue.values);
  const remedy = suggestion
    ? translate('config.did_you_mean', { near: suggestion })
    : translate(`config.${issue.remedy}`, issue.values);
  const field = issue.field || translate('config.whole');
  return new ConfigError(issue.field, reason, remedy, translate('config.wrong', { field, reason, remedy }));
}
