/** React context with the schema. */
import { createContext, useContext } from 'react';
import { useResourceContext } from 'react-admin';
import { Schema, type Resource } from './api/schema';

export const SchemaContext = createContext<Schema>(new Schema([]));
export const useSchema = (): Schema => useContext(SchemaContext);

/** The resource of the current page. */
export function useCurrentResource(): Resource {
  const name = useResourceContext() ?? '';
  const resource = useSchema().find(name);
  if (!resource) throw new Error(`No resource is called ${name}`);
  return resource;
}
