/** The name of a language (BCP 47) or region in `language`: "de" → "German"; unknown codes are unchanged. Pure. */
export function displayName(type: 'language' | 'region', code: string, language: string): string {
  try {
    return new Intl.DisplayNames([language], { type }).of(code) ?? code;
  } catch {
    return code;
  }
}
