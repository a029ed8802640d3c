/** Names for parts of the viewer API's types (`viewerApi.d.ts`). */
import type { HomeRow } from './viewerApi';

/** A title or series in a list. */
export type Card = HomeRow['items'][number];
/** The shape of the pictures of a row. */
export type Shape = HomeRow['shape'];
