/** The site document: the organization and the signed-in viewer. Fetched once, and again after signing in or out. */
import { get, send, setCsrf } from './api/http';
import { SITE } from './api/endpoints';
import { clearExcept, getCached, setCached, useCachedGet } from './api/cache';
import type { Problem } from '../../shared/problem';
import type { SiteInfo } from '../../shared/viewerApi';

const AUTH = '/api/v1/auth';

export function useSite(): { site: SiteInfo | null; problem: Problem | null; reload: () => void } {
  const { data, problem, reload } = useCachedGet<SiteInfo>(SITE);
  setCsrf(data?.csrf ?? null);
  return { site: data, problem, reload };
}

/** Fetches the site document and clears everything cached for the previous viewer. */
export async function reloadSite(): Promise<void> {
  const site = await get<SiteInfo>(SITE);
  setCsrf(site.csrf);
  setCached(SITE, site);
  clearExcept(SITE);
}

export interface Credentials {
  email: string;
  password: string;
  /** The code of the second factor. */
  code?: string;
  /** The id of a device to sign out. */
  sign_out?: string;
}

export async function signIn(body: Credentials): Promise<void> {
  await send('POST', `${AUTH}/login`, body);
  await reloadSite();
}

export async function signUp(body: { name: string; email: string; password: string }): Promise<void> {
  await send('POST', `${AUTH}/signup`, body);
  await reloadSite();
}

export async function signOut(): Promise<void> {
  setCsrf(getCached<SiteInfo>(SITE)?.csrf ?? null);
  await send('POST', `${AUTH}/logout`);
  await reloadSite();
}

export const requestPasswordReset = (email: string) => send('POST', `${AUTH}/reset`, { email });
export const changePassword = (current: string, next: string) =>
  send('POST', `${AUTH}/password`, { current, new: next });
export const confirmPasswordReset = (token: string, password: string) =>
  send('POST', `${AUTH}/reset/confirm`, { token, password });

export async function changeAccount(body: { name: string; email: string; password?: string }): Promise<void> {
  await send('POST', `${AUTH}/account`, body);
  await reloadSite();
}

export async function removeAccount(password: string): Promise<void> {
  await send('POST', `${AUTH}/account/remove`, { password });
  await reloadSite();
}
