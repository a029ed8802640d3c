/** Other parts of a page, such as the checklist, ask for a field to be edited or a section to be shown. */
import { createContext, useContext, useEffect, useRef } from 'react';

export interface EditRequest {
  name: string;
  /** Counts the requests, so that the same one can be repeated. */
  count: number;
}
export const EditRequests = createContext<EditRequest>({ name: '', count: 0 });

/** Calls `open` whenever the field is asked for, from now on: a request of the past was fulfilled by somebody else. */
export function useEditRequest(name: string, open: () => void): void {
  const request = useContext(EditRequests);
  const handled = useRef(request.count);
  useEffect(() => {
    if (request.count === handled.current) return;
    handled.current = request.count;
    if (request.name === name) open();
  }, [request]);
}
