/** The pages that a key after `g` opens. */
import type { MessageKey } from '../i18n';

export interface Destination {
  key: string;
  path: string;
  /** A message, or the plural of a resource that the user may list. */
  label?: MessageKey;
  resource?: string;
}

export const DESTINATIONS: readonly Destination[] = [
  { key: 'h', path: '/', label: 'nav.home' },
  { key: 'u', path: '/uploads', label: 'nav.uploads' },
  { key: 'c', path: '/content', resource: 'content' },
  { key: 's', path: '/series', resource: 'series' },
  { key: 'p', path: '/people', resource: 'people' },
  { key: 'm', path: '/media', resource: 'media' },
  { key: 'k', path: '/channels', resource: 'channels' },
  { key: 't', path: '/team', label: 'team.title', resource: 'memberships' },
  { key: 'w', path: '/webhooks', resource: 'webhooks' },
  { key: 'a', path: '/account', label: 'nav.account' },
];
