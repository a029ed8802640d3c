/** The layout of a list, stored in this browser for each resource. */
import type { Resource } from '../api/schema';

export type Layout = 'table' | 'grid';
export const layoutKey = (resource: Resource): string => `layout.${resource.plural}`;
export const hasPosters = (resource: Resource): boolean => ['content', 'series'].includes(resource.name);
