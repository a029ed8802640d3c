/** One to one, for social pages and portfolios: the picture fills it, a tap gives sound, the title fades. */
import {
  captions,
  full,
  gear,
  live,
  loading,
  mute,
  next,
  over,
  pip,
  poster,
  range,
  soundChip,
  titles,
  toast,
} from '../ui/controls';
import css from './square.css?inline';
import type { Skin } from './skin';

export const square: Skin = {
  css,
  html: (say) => `
    ${poster}${soundChip}${toast}
    <div slot="top-chrome" class="top">${titles}</div>
    ${loading()}
    <media-play-button slot="centered-chrome" class="big" part="big-play" notooltip></media-play-button>
    ${over(say)}
    <div class="bottom" part="bar">
      <div class="tools">${mute}${live}<span class="gap"></span>${next(say)}${captions}${gear}${pip}${full}</div>
      ${range}
    </div>`,
};
