/** The version in which each record was last seen, for If-Match: nobody overwrites what they have not read. */
const seen = new Map<string, string>();
const key = (resource: string, id: string) => `${resource}/${id}`;

export const etags = {
  keep(resource: string, id: string, etag: string | null): void {
    if (etag) seen.set(key(resource, id), etag);
  },
  of: (resource: string, id: string): string | undefined => seen.get(key(resource, id)),
  forget: (resource: string, id: string): void => void seen.delete(key(resource, id)),
};
