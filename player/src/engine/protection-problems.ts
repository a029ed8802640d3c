/** Says why a protected title does not play, in words that are loaded only then. */
import { pickLanguage } from '../i18n';
import type { Fault } from './faults';

type Words = Record<string, string>;
const CATALOGUES: Record<string, () => Promise<{ default: Words }>> = {
  en: () => import('../i18n/en/protection'),
  de: () => import('../i18n/de/protection'),
};
/** Shaka Player's REQUESTED_KEY_SYSTEM_CONFIG_UNAVAILABLE. */
const CONFIGURATION_UNAVAILABLE = 'shaka 6001';
/** The problems that have words of their own, by what the detail of their fault contains. */
const PROBLEMS: [RegExp, string][] = [
  [/proof_of_another_device/, 'other_device'],
  [/proof_required/, 'proof_required'],
  [/proof_/, 'proof_refused'],
];

/**
 * The fault with the code and the words of its problem, or as it is. `demanding`: the title requires robustness levels
 * of devices.
 */
export async function explainProtection(fault: Fault, language: string | undefined, demanding = false): Promise<Fault> {
  const isInsecure = demanding && fault.detail === CONFIGURATION_UNAVAILABLE;
  const code = isInsecure ? 'device_security' : PROBLEMS.find(([pattern]) => pattern.test(fault.detail))?.[1];
  if (!code) return fault;
  try {
    const words = (await CATALOGUES[pickLanguage([language, navigator.language])]!()).default;
    return { ...fault, code, words: { message: words[code]!, remedy: words[`${code}.remedy`]! } };
  } catch {
    return fault;
  }
}
