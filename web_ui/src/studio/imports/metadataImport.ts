/** Requests of imports of metadata, and the columns of a table that the server does not recognize. */
import { get, request } from '../api/http';

export const METADATA_IMPORTS = '/api/v1/dashboard/imports/metadata';

export interface Failure {
  line: number;
  column: string;
  error: string;
  remedy: string;
}
export interface Column {
  name: string;
  target: string;
  example: string;
}
export interface Preview {
  columns: Column[];
  targets: { name: string; label: string }[];
  total: number;
  create: number;
  update: number;
  failed: number;
  missing: Record<string, { count: number; names: string[] }>;
  rows: { line: number; title: string; year: number | null; action: 'create' | 'update' | 'error' }[];
  failures: Failure[];
}
export interface MetadataImport {
  id: string;
  state: 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  total: number;
  done: number;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  failures: Failure[];
}
/** The target of each column; an empty target is not imported. */
export type Mapping = Record<string, string>;

const url = (values: Record<string, string>): string => `${METADATA_IMPORTS}?${new URLSearchParams(values).toString()}`;
const textOf = (file: File): Blob => new Blob([file], { type: 'text/csv' });
const query = (mapping: Mapping | null, create: boolean) => ({
  create: String(create),
  ...(mapping ? { mapping: JSON.stringify(mapping) } : {}),
});

export const metadataImports = {
  preview: async (file: File, mapping: Mapping | null, create: boolean): Promise<Preview> =>
    (await request<Preview>('POST', url({ dry_run: 'true', ...query(mapping, create) }), textOf(file))).body,
  start: async (file: File, mapping: Mapping, create: boolean): Promise<MetadataImport> =>
    (await request<MetadataImport>('POST', url(query(mapping, create)), textOf(file))).body,
  state: (id: string): Promise<MetadataImport> => get<MetadataImport>(`${METADATA_IMPORTS}/${id}`),
  stop: (id: string) => request('DELETE', `${METADATA_IMPORTS}/${id}`),
};

export const mappingOf = (columns: readonly Column[]): Mapping =>
  Object.fromEntries(columns.map((c) => [c.name, c.target]));

const KEYS = ['title', 'id', 'external_id'];
export const hasKey = (mapping: Mapping): boolean => Object.values(mapping).some((target) => KEYS.includes(target));

/** The mapping with the columns whose name is the label of a target in the language of the studio. Pure. */
export function withLabels(mapping: Mapping, labels: Record<string, string>): Mapping {
  const plain = (text: string) => text.trim().toLocaleLowerCase();
  const known = new Map(Object.entries(labels).map(([target, label]) => [plain(label), target]));
  const used = new Set(Object.values(mapping));
  return Object.fromEntries(
    Object.entries(mapping).map(([column, target]) => {
      const labelled = known.get(plain(column)) ?? '';
      if (target || !labelled || used.has(labelled)) return [column, target];
      used.add(labelled);
      return [column, labelled];
    }),
  );
}

/** Moves a target to a column, so that no other column has it. Pure. */
export const chosen = (mapping: Mapping, column: string, target: string): Mapping =>
  Object.fromEntries(
    Object.entries(mapping).map(([name, now]) => [name, name === column ? target : now === target ? '' : now]),
  );
