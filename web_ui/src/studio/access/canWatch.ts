/** The answer to “Can this viewer watch this title?”. */
import { get, request } from '../api/http';
import type { MessageKey, Translate } from '../i18n';
import { countryName, formatDateTime } from '../ui/format';

const EXPLANATION = '/api/v1/dashboard/playback_explanation';
const PLAY_AS = '/api/v1/dashboard/play_as';

export interface ExplanationStep {
  name: string;
  key: string;
  state: 'passed' | 'refused' | 'note';
  values: Record<string, string | number>;
}

/** A grant that covers the title. `group` is the name of the group through which the viewer has it. */
export interface CoveringGrant {
  id: string;
  effect: 'allow' | 'deny';
  scope: string;
  reason: string;
  group: string | null;
  ends_at: string | null;
  max_quality: string | null;
}

export interface Explanation {
  viewer: { id: string; name: string };
  /** Empty unless the user administers the organization. */
  profiles: { id: string; name: string; max_age: number | null }[];
  allowed: boolean;
  steps: ExplanationStep[];
  /** Denials first; empty unless the user administers the organization. */
  grants: CoveringGrant[];
}

export interface Question {
  viewer: string;
  title: string;
  profile: string;
  country: string;
}

export const explanationOf = (question: Question, signal: AbortSignal): Promise<Explanation> =>
  get<Explanation>(`${EXPLANATION}?${new URLSearchParams({ ...question })}`, { signal });

/** The address of a page that plays the title with the rights of the viewer. */
export async function playAs({ viewer, title, profile }: Question): Promise<string> {
  const body = { viewer, title, ...(profile ? { profile } : {}) };
  return (await request<{ link: string }>('POST', PLAY_AS, body)).body.link;
}

/** What tells a grant apart from others: its reason or what it covers, the group, the quality and the end. */
export function grantWords(grant: CoveringGrant, t: Translate): string[] {
  const quality = grant.max_quality ? t('grants.up_to', { quality: grant.max_quality.toUpperCase() }) : '';
  const end = grant.ends_at ? `${t('grants.until')} ${formatDateTime(grant.ends_at)}` : '';
  return [t(grant.effect === 'deny' ? 'grants.denied' : 'grants.allowed'), grant.group ?? '', quality, end].filter(
    Boolean,
  );
}

/** The sentence of a step, with times and countries in the words of the language. */
export function sentenceOf(step: ExplanationStep, t: Translate): string {
  const values = Object.entries(step.values).map(([name, value]) => [name, valueLabel(name, value)]);
  return t(`explain.${step.key}` as MessageKey, Object.fromEntries(values) as Record<string, string | number>);
}

function valueLabel(name: string, value: string | number): string | number {
  if (name === 'country') return countryName(String(value));
  return name === 'from' || name === 'until' ? formatDateTime(String(value)) : value;
}
