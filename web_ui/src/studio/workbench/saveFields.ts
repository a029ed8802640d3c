/** Saves some fields of a record. Changes that others made to its other fields meanwhile are no conflict. */
import type { StudioProvider } from '../api/dataProvider';
import { Problem } from '../../../shared/problem';
import type { Resource, Row } from '../api/schema';

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** The saved record. Throws a Problem: 412 when somebody else has changed one of these fields. */
export async function saveFields(
  provider: StudioProvider,
  resource: Resource,
  record: Row,
  values: Record<string, unknown>,
): Promise<Row> {
  const save = async (previousData: Row) =>
    (await provider.update<Row>(resource.plural, { id: record.id, data: values, previousData })).data;
  try {
    return await save(record);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 412) throw error;
    const { data: current } = await provider.getOne<Row>(resource.plural, { id: record.id }); // with its new ETag
    if (Object.keys(values).every((name) => isSame(current[name], record[name]))) return save(current);
    throw error;
  }
}
