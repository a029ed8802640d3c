/** Protection of an organization: its DRM providers and their accounts, the log of licences, and live sessions. */
import { get, post, request } from '../api/http';

export interface ServerProblem {
  code: string;
  message: string;
  remedy: string;
}

/** A property of the JSON schema of a provider's settings. */
export interface SettingSchema {
  type?: string;
  title?: string;
  description?: string;
  enum?: (string | number)[];
  default?: unknown;
  format?: string;
  writeOnly?: boolean;
  maxLength?: number;
  anyOf?: SettingSchema[];
}

export interface Provider {
  name: string;
  label: string;
  systems: string[];
  /** Content keys come from the provider. */
  issues_keys: boolean;
  settings_schema: { properties?: Record<string, SettingSchema>; required?: string[] };
  settings: Record<string, unknown>;
  secrets: Record<string, { set_at: string; set_by: string }>;
  updated_at: string | null;
  /** Why its account can't be used. */
  problem: ServerProblem | null;
}

export type KeyMode = 'title' | 'class';
/** What must protect keys and pictures in the devices of viewers. */
export type DeviceSecurity = 'any' | 'software' | 'hardware';
export interface Protection {
  provider: string;
  keys: KeyMode;
  /** Only devices that prove possession of a key get licences. */
  proof_required: boolean;
  device_security: DeviceSecurity;
  /** Why there are no licences. */
  problem: ServerProblem | null;
  providers: Provider[];
  titles: Counts;
}

/** Numbers of media. */
export interface Counts {
  protected: number;
  clear: number;
  changing: number;
  failed: number;
}

export interface TestResult {
  works: boolean;
  message: string;
  remedy: string;
}

export interface Licence {
  id: number;
  at: string;
  media: string;
  title: string | null;
  system: string;
  provider: string;
  keys: number;
  outcome: string;
  duration_ms: number;
  /** Null without an account; the name of a deleted one is null. */
  viewer: { id: string; name: string | null } | null;
}

export const PROTECTION = '/api/v1/dashboard/protection';
export const LICENCES = `${PROTECTION}/licences`;
const account = (name: string) => `${PROTECTION}/providers/${encodeURIComponent(name)}`;
const answered = async (answer: Promise<{ body: Protection }>): Promise<Protection> => (await answer).body;

export const protection = {
  read: (signal?: AbortSignal) => get<Protection>(PROTECTION, { signal }),
  choose: (choice: Pick<Protection, 'provider' | 'keys' | 'proof_required' | 'device_security'>) =>
    answered(request('PUT', PROTECTION, choice)),
  save: (name: string, settings: Settings) => answered(request('PUT', account(name), { settings })),
  remove: (name: string) => answered(request('DELETE', account(name))),
  test: (name: string) => post<TestResult>(`${account(name)}/test`),
  rotate: () => post<{ secrets: number }>(`${PROTECTION}/rotate`),
};

export type Value = string | boolean;
export type Settings = Record<string, string | number | boolean>;

/** The schema of a value that may be null is that of the value. Pure. */
export const withoutNull = (schema: SettingSchema): SettingSchema => {
  const some = schema.anyOf?.find((s) => s.type !== 'null');
  return some ? { ...some, ...schema } : schema;
};
export const isSecret = (schema: SettingSchema): boolean => schema.writeOnly === true || schema.format === 'password';
/** Whether a value is several lines long, such as a key or certificate in PEM. */
export const isLong = (schema: SettingSchema): boolean => (schema.maxLength ?? 0) > 1000;

/** The fields of an account in the order of its schema. Pure. */
export const settingsOf = (provider: Provider): [string, SettingSchema][] =>
  Object.entries(provider.settings_schema.properties ?? {}).map(([name, schema]) => [name, withoutNull(schema)]);

/** The values with which the form of an account begins; secrets are empty. Pure. */
export function initialValues(provider: Provider): Record<string, Value> {
  return Object.fromEntries(
    settingsOf(provider).map(([name, schema]) => {
      const value = isSecret(schema) ? '' : (provider.settings[name] ?? schema.default ?? '');
      return [name, typeof value === 'boolean' ? value : schema.type === 'boolean' ? false : String(value)];
    }),
  );
}

/** The settings to save: numbers as numbers, and secrets only if something was entered. Pure. */
export function settingsToSave(provider: Provider, values: Record<string, Value>): Settings {
  const settings: Settings = {};
  for (const [name, schema] of settingsOf(provider)) {
    const entered = values[name] ?? '';
    const value = typeof entered === 'string' ? entered.trim() : entered;
    if (value === '' && isSecret(schema)) continue;
    const isNumber = (schema.type === 'integer' || schema.type === 'number') && Number.isFinite(Number(value));
    settings[name] = isNumber && value !== '' ? Number(value) : value;
  }
  return settings;
}

/** How many of the media have the encryption that they should have, in percent. Pure. */
export function percentDone(counts: Counts): number {
  const all = counts.protected + counts.clear;
  return all > 0 ? ((all - Math.min(counts.changing, all)) / all) * 100 : 100;
}

export type Coverage = 'empty' | 'none' | 'some' | 'all';
export function coverage(counts: Counts): Coverage {
  if (counts.protected + counts.clear === 0) return 'empty';
  return counts.protected === 0 ? 'none' : counts.clear === 0 ? 'all' : 'some';
}

const SYSTEMS: Record<string, string> = {
  clearkey: 'Clear Key',
  widevine: 'Widevine',
  playready: 'PlayReady',
  fairplay: 'FairPlay',
};
export const systemName = (system: string): string => SYSTEMS[system] ?? system;
