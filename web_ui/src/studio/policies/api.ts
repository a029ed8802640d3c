/** Ready-made policies, and the versions of a policy. */
export interface Parameter {
  name: string;
  type: 'text' | 'list' | 'number' | 'choice';
  label: string;
  help: string;
  default: unknown;
  options: Readonly<Record<string, string>>;
  min: number;
  max: number;
}
export interface Template {
  name: string;
  title: string;
  doc: string;
  parameters: readonly Parameter[];
}
export interface Version {
  version: number;
  at: string;
  actor: string;
  values: Record<string, unknown>;
}
export interface Counts {
  evaluated: number;
  matched: number;
  failed: number;
}
export const TEMPLATES = '/api/v1/dashboard/policy_templates';
