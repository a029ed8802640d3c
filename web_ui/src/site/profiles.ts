/** The profiles of the account: everybody who shares it has a list and a history of their own. */
import { send } from './api/http';
import { useCachedGet } from './api/cache';
import { reloadSite } from './session';
import type { ViewerProfile } from '../../shared/viewerApi';

export const PROFILES = '/api/v1/me/profiles';
export const AGE_LIMITS = [0, 6, 12, 16, 18];

export interface ProfileForm {
  name: string;
  color: number;
  max_age?: number | null;
  pin?: string | null;
}

export const useProfiles = (signedIn: boolean) => useCachedGet<{ items: ViewerProfile[] }>(signedIn ? PROFILES : null);

export async function switchProfile(id: string, pin = ''): Promise<void> {
  await send('PUT', '/api/v1/me/profile', { id, pin });
  await reloadSite();
}

/** Creates a profile, or changes the one with this id. */
export async function saveProfile(id: string | null, form: ProfileForm): Promise<void> {
  await (id === null ? send('POST', PROFILES, form) : send('PATCH', `${PROFILES}/${encodeURIComponent(id)}`, form));
  await reloadSite();
}

export async function deleteProfile(id: string): Promise<void> {
  await send('DELETE', `${PROFILES}/${encodeURIComponent(id)}`);
  await reloadSite();
}
