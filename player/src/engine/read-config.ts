/** Gets a configuration: from its address or as it was given; checked, with absolute addresses. */
import type { PlayerConfig } from '../config/config';
import { parseConfig } from '../config/parse';
import { resolveAddresses } from '../config/resolve';
import { pickLanguage, type Say, wordsFor } from '../i18n';
import { type Fault, ofResponse } from './faults';

export interface Read {
  config: PlayerConfig;
  base: string;
  say: Say;
}

const isJson = (given: string): boolean => /^\s*\{/.test(given);

/** On the server the configuration came from: the page's headers are for that one, and nobody else. */
export function isOwn(url: string, given: PlayerConfig | string | null, base: string): boolean {
  const from = typeof given === 'string' && !isJson(given) ? given : base;
  return new URL(url, base).origin === new URL(from, document.baseURI).origin;
}

export async function readConfig(
  given: PlayerConfig | string,
  language: string | undefined,
  headers: (url: string) => Record<string, string>,
  signal: AbortSignal,
): Promise<Read> {
  const page = document.baseURI;
  if (typeof given !== 'string' || isJson(given)) return finish(given, page, language);
  const url = new URL(given, page).href;
  const answer = await fetch(url, { headers: { accept: 'application/json', ...headers(url) }, signal }).catch(() => {
    const fault: Fault = { code: 'network', detail: 'configuration', category: 'network', again: true, wait: null };
    throw fault;
  });
  const text = await answer.text();
  if (!answer.ok) {
    let problem: { code?: unknown } | null = null;
    try {
      problem = JSON.parse(text) as { code?: unknown };
    } catch {
      /* a proxy's page: the status has to do */
    }
    throw ofResponse(answer.status, problem, Object.fromEntries(answer.headers));
  }
  return finish(text, answer.url || url, language);
}

async function finish(value: unknown, base: string, language: string | undefined): Promise<Read> {
  const config = resolveAddresses(await parseConfig(value, language), base);
  const say = await wordsFor(pickLanguage([language, config.language, navigator.language]));
  return { config, base, say };
}
