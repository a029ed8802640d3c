/** The session document: user, organization, CSRF token. */
import { useSyncExternalStore } from 'react';
import { get, onSignedOut, post, request, setCsrfToken } from '../api/http';

export interface Organization {
  id: string;
  name: string;
  slug: string;
  role: string;
  mode: 'live' | 'test';
  accent?: string | null;
}
export interface SessionDocument {
  user: {
    id: string;
    email: string;
    name: string;
    two_factor: boolean;
    email_verified: boolean;
    language: 'en' | 'de' | null;
    failure_mails: boolean;
  } | null;
  organization: Organization | null;
  organizations: Organization[];
  csrf: string | null;
  setup_needed: boolean;
  providers: { name: string; label: string }[];
}

export interface Invitation {
  organization: string;
  email: string;
  role: string;
  inviter: string;
  language: string;
  expires_at: string;
}

const AUTH = '/api/v1/auth';
export type State = { document: SessionDocument | null; unreachable: boolean };
let state: State = { document: null, unreachable: false };
const listeners = new Set<() => void>();

function setState(next: State): void {
  state = next;
  setCsrfToken(next.document?.csrf ?? null);
  listeners.forEach((listener) => listener());
}

const adoptDocument = (document: SessionDocument): SessionDocument => {
  setState({ document, unreachable: false });
  return document;
};

export const session = {
  get: (): State => state,
  read: (): Promise<void> =>
    get<SessionDocument>(`${AUTH}/session`)
      .then(adoptDocument)
      .then(
        () => undefined,
        () => setState({ document: null, unreachable: true }),
      ),
  login: (body: { email: string; password: string; code?: string }) =>
    post<SessionDocument>(`${AUTH}/login`, body).then(adoptDocument),
  setup: (body: { code: string; organization: string; name: string; email: string; password: string }) =>
    post<SessionDocument>(`${AUTH}/setup`, body).then(adoptDocument),
  organization: (id: string) => post<SessionDocument>(`${AUTH}/organization`, { id }).then(adoptDocument),
  logout: async () => {
    await request('POST', `${AUTH}/logout`).catch(() => undefined);
    await session.read();
  },
  password: (current: string, next: string) => request('POST', `${AUTH}/password`, { current, new: next }),
  totp: () => post<{ secret: string; uri: string }>(`${AUTH}/totp`),
  totpConfirm: (code: string) => request('POST', `${AUTH}/totp/confirm`, { code }),
  totpRemove: (password: string) => request('POST', `${AUTH}/totp/remove`, { password }),
  reset: (email: string) => request('POST', `${AUTH}/reset`, { email }),
  resetConfirm: (token: string, password: string) => request('POST', `${AUTH}/reset/confirm`, { token, password }),
  invitation: (token: string) => post<Invitation>(`${AUTH}/invitation`, { token }),
  acceptInvitation: (body: { token: string; name?: string; password?: string }) =>
    post<SessionDocument>(`${AUTH}/invitation/accept`, body).then(adoptDocument),
  account: (changes: { language?: string; failure_mails?: boolean }) =>
    post<SessionDocument>(`${AUTH}/account`, changes).then(adoptDocument),
  requestVerification: () => request('POST', `${AUTH}/verification`),
  verify: (token: string) => post<SessionDocument>(`${AUTH}/verification/confirm`, { token }).then(adoptDocument),
  oidc: (provider: string): string => `${AUTH}/oidc/${encodeURIComponent(provider)}`,
};

// Only if a user was signed in, to avoid an endless loop of requests.
onSignedOut(() => {
  if (state.document?.user) void session.read();
});

export const useSession = (): State =>
  useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, session.get);
