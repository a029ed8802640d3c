/** The databases in which titles can be looked up; none for those who may not change titles. */
import { useQuery } from '@tanstack/react-query';
import { useSchema } from '../SchemaContext';
import { lookups, type Lookup } from './lookup';

export function useLookups(): Lookup[] {
  const enabled = useSchema().may('update', 'content');
  const { data = [] } = useQuery({
    queryKey: ['title-lookups'],
    queryFn: lookups.list,
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return data;
}
