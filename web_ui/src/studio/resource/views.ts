/** Saved views: the query string of a list, with its layout. Pure. */
import type { Layout } from './layout';

export interface View {
  id: string;
  resource: string;
  name: string;
  query: string;
}

/** The query string of the page that shows a list. */
export const listSearch = (filter: object, sort: { field: string; order: string }): string =>
  new URLSearchParams({ filter: JSON.stringify(filter), sort: sort.field, order: sort.order }).toString();

export const withLayout = (search: string, layout: Layout): string =>
  layout === 'grid' ? `${search}&layout=grid` : search;

export function readView(query: string): { search: string; layout: Layout } {
  const params = new URLSearchParams(query);
  const layout = params.get('layout') === 'grid' ? 'grid' : 'table';
  params.delete('layout');
  return { search: params.toString(), layout };
}
