import { translate } from '../i18n';

export const roleName = (role: string): string => translate(`role.${role}`);

export function RoleOptions({ roles }: { roles: readonly string[] }) {
  return roles.map((role) => (
    <option key={role} value={role}>
      {roleName(role)}
    </option>
  ));
}
