/** A wrong configuration in words: the field, the reason, the remedy. The words are fetched only then. */
import { pickLanguage, wordsFor } from '../words';
import { checkConfig, Wrong } from './check';
import type { PlayerConfig } from './config';

export class ConfigError extends Error {
  override name = 'ConfigError';
  constructor(
    readonly field: string,
    readonly reason: string,
    readonly remedy: string,
    message: string,
  ) {
    super(message);
  }
}

export async function explained(wrong: Wrong, language: string): Promise<ConfigError> {
  const say = await wordsFor(language, 'config');
  const reason = say(`config.${wrong.reason}`, wrong.values);
  const remedy = say(`config.${wrong.remedy}`, wrong.values);
  const field = wrong.field || say('config.whole');
  return new ConfigError(wrong.field, reason, remedy, say('config.wrong', { field, reason, remedy }));
}

/** The configuration, checked; rejects with a ConfigError that names the field, the reason and the remedy. */
export async function parseConfig(value: unknown, language?: string): Promise<PlayerConfig> {
  try {
    return checkConfig(value);
  } catch (error) {
    throw error instanceof Wrong ? await explained(error, pickLanguage([language, navigator.language])) : error;
  }
}
