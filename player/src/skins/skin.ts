/** A skin: layout and style. All behaviour is shared. */
import type { Context } from '../ui/context';
import type { Translate } from '../i18n';

export interface Skin {
  /** Children of the media-controller, besides the media element. */
  html(translate: Translate): string;
  css: string;
  /** Audio only: no video layer. */
  audio?: boolean;
  /** Controls never auto-hide. */
  alwaysVisible?: boolean;
  setup?(context: Context): void;
}
