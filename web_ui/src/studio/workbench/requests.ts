/** Other parts of a page, such as the checklist, ask for a field to be edited or a section to be shown. */
import { createContext, useContext, useEffect } from 'react';

export interface EditRequest {
  name: string;
  /** Counts the requests, so that the same one can be repeated. */
  count: number;
}
export const EditRequests = createContext<EditRequest>({ name: '', count: 0 });

/** Calls `open` whenever the field is asked for. */
export function useEditRequest(name: string, open: () => void): void {
  const request = useContext(EditRequests);
  useEffect(() => {
    if (request.count > 0 && request.name === name) open();
  }, [request]);
}
