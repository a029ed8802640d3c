/** Reads a configuration from a URL, JSON text or an object; validates it and resolves its URLs. */
import type { PlayerConfig } from '../config/config';
import { parseConfig } from '../config/parse';
import { resolveAddresses } from '../config/resolve';
import { pickLanguage, type Translate, loadTranslations } from '../i18n';
import { type Fault, faultFromResponse } from './faults';
import type { EngineOptions } from './types';

export interface LoadedConfig {
  config: PlayerConfig;
  base: string;
  translate: Translate;
}

const isJson = (source: string): boolean => /^\s*\{/.test(source);

/** Whether a URL is on the server of the configuration. Only that server receives the page's headers. */
export function isSameServer(url: string, source: PlayerConfig | string | null, base: string): boolean {
  const from = typeof source === 'string' && !isJson(source) ? source : base;
  return new URL(url, base).origin === new URL(from, document.baseURI).origin;
}

export async function readConfig(
  source: PlayerConfig | string,
  language: string | undefined,
  headers: (url: string) => Record<string, string>,
  signal: AbortSignal,
  fetchConfig: NonNullable<EngineOptions['fetchConfig']> = fetch,
): Promise<LoadedConfig> {
  const page = document.baseURI;
  if (typeof source !== 'string' || isJson(source)) return resolveConfig(source, page, language);
  const url = new URL(source, page).href;
  const response = await fetchConfig(url, { headers: headers(url), signal }).catch(() => {
    const fault: Fault = {
      code: 'network',
      detail: 'configuration',
      category: 'network',
      retryable: true,
    };
    throw fault;
  });
  if (!response.ok) {
    // It may not be JSON, such as a proxy's error page: then the status says what is wrong.
    const problem = (await response.json().catch(() => null)) as { code?: unknown } | null;
    throw faultFromResponse(response.status, problem, Object.fromEntries(response.headers));
  }
  return resolveConfig(await response.text(), response.url || url, language);
}

async function resolveConfig(value: unknown, base: string, language: string | undefined): Promise<LoadedConfig> {
  const config = resolveAddresses(await parseConfig(value, language), base);
  const translate = await loadTranslations(pickLanguage([language, config.language, navigator.language]));
  return { config, base, translate };
}
