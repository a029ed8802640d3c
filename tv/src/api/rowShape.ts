import type { Shape } from '../../../web_ui/shared/catalogue';

/** Additional row shapes of the app: people, links to listings, and stills of a full-width grid. */
export type RowShape = Shape | 'person' | 'link' | 'wide';
