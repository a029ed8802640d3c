/** The team: people with their roles and sessions, and pending invitations. */
import { get, post, request } from '../api/http';

export interface TeamMember {
  /** Of the membership. */
  id: string;
  user: string;
  name: string;
  email: string;
  role: string;
  last_seen_at: string | null;
  two_factor: boolean;
  verified: boolean;
  sessions: number;
  own: boolean;
  changeable: boolean;
}

export interface PendingInvitation {
  id: string;
  email: string;
  role: string;
  language: string;
  expires_at: string;
  /** Null for those who could not create such an invitation. */
  link: string | null;
  mail_state: 'waiting' | 'sent' | 'failed' | null;
  mail_error: string | null;
  changeable: boolean;
}

export interface Team {
  /** Whether the server sends mails. */
  sends: boolean;
  people: TeamMember[];
  invitations: PendingInvitation[];
  viewers: number;
}

export const ROLES = ['audience', 'reader', 'analyst', 'editor', 'admin', 'owner'] as const;
const BASE = '/api/v1/dashboard';
export const TEAM = `${BASE}/team`;

/** The roles that somebody with the role `own` may grant, highest first. Pure. */
export const grantableRoles = (own: string): string[] =>
  ROLES.slice(0, ROLES.indexOf(own as (typeof ROLES)[number]) + 1).reverse();

export const team = {
  read: (signal?: AbortSignal) => get<Team>(TEAM, { signal }),
  invite: (email: string, role: string, language: string) =>
    post<{ id: string; email: string; link: string }>(`${BASE}/invitations`, { email, role, language }),
  revoke: (id: string) => request('DELETE', `${BASE}/invitations/${id}`),
  changeRole: (id: string, role: string) => request('PATCH', `${BASE}/memberships/${id}`, { role }),
  remove: (id: string) => request('DELETE', `${BASE}/memberships/${id}`),
  signOut: (id: string) => request('POST', `${TEAM}/${id}/sign_out`),
};
