/** The last seen ETag of each record, for If-Match (RFC 9110, 13.1.1): prevents lost updates. */
const etagByRecord = new Map<string, string>();
const key = (resource: string, id: string) => `${resource}/${id}`;

export const etags = {
  keep(resource: string, id: string, etag: string | null): void {
    if (etag) etagByRecord.set(key(resource, id), etag);
  },
  of: (resource: string, id: string): string | undefined => etagByRecord.get(key(resource, id)),
  forget: (resource: string, id: string): void => void etagByRecord.delete(key(resource, id)),
};
