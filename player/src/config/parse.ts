/** Parses and validates a configuration. The error messages are loaded only when validation fails. */
import { pickLanguage } from '../i18n';
import { checkConfig, ConfigIssue } from './check';
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

/** Rejects with a ConfigError that names the field, the reason and the remedy. */
export async function parseConfig(value: unknown, language?: string): Promise<PlayerConfig> {
  try {
    return checkConfig(value);
  } catch (error) {
    if (!(error instanceof ConfigIssue)) throw error;
    const { explainIssue } = await import('./explain');
    throw await explainIssue(error, pickLanguage([language, navigator.language]));
  }
}
