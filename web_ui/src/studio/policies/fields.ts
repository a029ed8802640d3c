/** The fields of a policy that its action does not use. */
const USED_BY: Record<string, readonly string[]> = {
  message: ['refuse'],
  location: ['redirect'],
  header: ['header'],
  value: ['header', 'manifest_tag'],
  delay_ms: ['slow_down'],
};

export const isUnused = (resource: string, field: string, action: unknown): boolean =>
  resource === 'policy' && field in USED_BY && !USED_BY[field]!.includes(String(action ?? ''));
