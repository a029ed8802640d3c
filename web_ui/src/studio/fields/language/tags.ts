/** Languages that are offered; any other tag (BCP 47) may be typed. */
export const TAGS = ['en', 'de', 'fr', 'es', 'it', 'pt', 'pt-BR', 'nl', 'pl', 'cs', 'da', 'sv', 'nb', 'fi', 'hu', 'ro', 'el', 'tr', 'uk', 'ru', 'ar', 'he', 'fa', 'hi',
  'bn', 'ta', 'zh-Hans', 'zh-Hant', 'ja', 'ko', 'vi', 'th', 'id', 'ca', 'eu', 'gl', 'hr', 'sr', 'sk', 'sl', 'bg', 'lt', 'lv', 'et', 'is', 'ga', 'cy', 'sw'];
export const TAG = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/;
