/** The schema declared by the server: resources, fields, actions. The studio is generated from it. */
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
  /** Whether deleted records go to the trash. */
  trash?: boolean;
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

  /** Finds a resource by name ("person", in references) or plural ("people", in paths). */
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

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/**
 * The label of a record: its label field; else what it refers to (“Agnès Varda · Night Train”); else its kind. The id
 * is the label only of a record of which nothing else is known.
 */
export function recordLabel(resource: Resource | undefined, record: Row | null | undefined): string {
  if (!record) return '';
  const own = textOf(resource && record[resource.label]);
  if (own || !resource) return own || record.id;
  const referred = Object.values((record.expanded ?? {}) as Record<string, Row | Row[] | null>)
    .flat()
    .map((row) => textOf(row?.title) || textOf(row?.name))
    .filter(Boolean);
  if (referred.length > 0) return referred.join(' · ');
  return Object.keys(record).length > 2 ? resource.title : record.id;
}

/** Whether records may have no label of their own, so that it is made of what they refer to. */
export const isLabelledByReferences = (resource: Resource): boolean =>
  !resource.fields.find((f) => f.name === resource.label)?.required &&
  resource.fields.some((f) => f.type === 'reference' && f.required && f.list);

/** Fields that can be edited when creating or updating. */
export function editableFields(resource: Resource, create: boolean): Field[] {
  return resource.fields.filter(
    (f) => !f.read_only && (create || !f.create_only) && !['object', 'image'].includes(f.type),
  );
}

/** Fields by group, ordered by the first field of each group. */
export function groupFields(fields: readonly Field[]): [string, Field[]][] {
  const groups = new Map<string, Field[]>();
  for (const field of fields) groups.set(field.group ?? '', [...(groups.get(field.group ?? '') ?? []), field]);
  return [...groups];
}
