/** What the server declares: resources, fields, actions. The whole studio is read off this. */
import { get } from './http';

export type Operator = 'eq' | 'not' | 'contains' | 'gte' | 'lte' | 'null';
export type Verb = 'list' | 'get' | 'create' | 'update' | 'delete';
export type Surface = 'dashboard' | 'public' | 'partner';
export interface Option {
  value: string;
  label: string;
}

export interface Field {
  name: string;
  type: string;
  label: string;
  help?: string;
  group?: string;
  required?: boolean;
  read_only?: boolean;
  create_only?: boolean;
  write_only?: boolean;
  list?: boolean;
  filter?: Operator[];
  sortable?: boolean;
  many?: boolean;
  max_length?: number | null;
  minimum?: number | null;
  maximum?: number | null;
  default?: unknown;
  options?: Option[];
  resource?: string;
  translatable?: boolean;
}

export interface Action {
  name: string;
  label: string;
  doc?: string;
  fields?: Field[];
  danger?: boolean;
  bulk?: boolean;
}

export interface Resource {
  name: string;
  plural: string;
  path: string;
  title: string;
  title_plural: string;
  icon?: string;
  group: string;
  doc?: string;
  label: string;
  verbs: Verb[];
  search?: boolean;
  sort?: string;
  fields: Field[];
  actions: Action[];
  surfaces: Partial<Record<Surface, { path: string; verbs: string[]; fields: string[]; actions?: string[] } | null>>;
}

export interface Row {
  id: string;
  [name: string]: unknown;
}

export const SCHEMA = '/api/v1/dashboard/schema';

export class Schema {
  constructor(readonly resources: readonly Resource[]) {}

  /** By name ("person") or path segment ("people"): references say the one, addresses the other. */
  find(name: string): Resource | undefined {
    return this.resources.find((r) => r.plural === name) ?? this.resources.find((r) => r.name === name);
  }

  may(verb: Verb, name: string): boolean {
    return this.find(name)?.verbs.includes(verb) ?? false;
  }
}

export const fetchSchema = async (): Promise<Schema> =>
  new Schema((await get<{ resources: Resource[] }>(SCHEMA)).resources);

export const isReference = (field: Field): boolean => field.type === 'reference' || field.type === 'references';

/** A record in one word or two: its label field, or what is left. */
export function recordLabel(resource: Resource | undefined, record: Row | null | undefined): string {
  const value = resource && record ? record[resource.label] : null;
  return typeof value === 'string' && value.trim() ? value : (record?.id ?? '');
}

/** Fields that a person fills in when creating or changing. */
export function editableFields(resource: Resource, create: boolean): Field[] {
  return resource.fields.filter(
    (f) => !f.read_only && (create || !f.create_only) && !['object', 'image'].includes(f.type),
  );
}

/** Fields by group, in the order of their first field. */
export function groupFields(fields: readonly Field[]): [string, Field[]][] {
  const groups = new Map<string, Field[]>();
  for (const field of fields) groups.set(field.group ?? '', [...(groups.get(field.group ?? '') ?? []), field]);
  return [...groups];
}
