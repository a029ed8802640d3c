/** react-admin's auth provider, based on the session and the schema's verbs. */
import type { AuthProvider } from 'react-admin';
import type { Schema, Verb } from '../api/schema';
import { session } from './session';

const VERBS: Record<string, Verb> = {
  list: 'list',
  show: 'get',
  edit: 'update',
  create: 'create',
  delete: 'delete',
  export: 'list',
};

export function createAuthProvider(schema: Schema): AuthProvider {
  return {
    login: async () => undefined,
    logout: async () => {
      await session.logout();
    },
    checkAuth: async () => undefined,
    // A 401 response makes the session reload; the app then shows the sign-in page.
    checkError: async () => undefined,
    getIdentity: async () => {
      const user = session.get().document?.user;
      return { id: user?.id ?? '', fullName: user?.name ?? '' };
    },
    getPermissions: async () => session.get().document?.organization?.role ?? null,
    canAccess: async ({ resource, action }) => schema.may(VERBS[action] ?? 'get', resource),
  };
}
