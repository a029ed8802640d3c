/** Events, as webhooks and the list of events contain them. */

interface AnyEvent {
  /** The same in every delivery of the event: store it, and ignore repetitions. */
  id: string;
  type: string;
  /** ISO 8601. */
  timestamp: string;
  data: Record<string, unknown>;
}

/** `media.playable`, `media.ready`, `media.failed` and the other states of a file. */
export interface MediaEvent extends AnyEvent {
  kind: 'media';
  data: {
    organization: string;
    media: string;
    title: string;
    content?: string | null;
    revision?: string | null;
    error?: { code: string; stage: string; message: string };
    [name: string]: unknown;
  };
}

/** `content.published`, `genre.updated` and other changes of records. */
export interface RecordEvent extends AnyEvent {
  kind: 'record';
  data: {
    organization: string;
    resource: string;
    id: string;
    title?: string;
    content?: string | null;
    [name: string]: unknown;
  };
}

/** `test`, and types that this version of the client does not know. */
export interface OtherEvent extends AnyEvent {
  kind: 'other';
}

export type Event = MediaEvent | RecordEvent | OtherEvent;

export function eventOf(id: string, type: string, timestamp: string, data: Record<string, unknown>): Event {
  const kind =
    'resource' in data && 'id' in data ? 'record' : /^media\./.test(type) && 'media' in data ? 'media' : 'other';
  return { kind, id, type, timestamp, data } as Event;
}
