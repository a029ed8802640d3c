/** A skin: what is where, and how it looks. Everything else is the same for all. */
import type { Context } from '../ui/context';
import type { Translate } from '../i18n';

export interface Skin {
  /** The children of the media-controller, beside the media. */
  html(translate: Translate): string;
  css: string;
  /** Made of sound alone: no picture layer. */
  audio?: boolean;
  /** Controls never hide. */
  alwaysVisible?: boolean;
  setup?(context: Context): void;
}
