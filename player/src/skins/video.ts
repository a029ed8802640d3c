/** Cinema: the picture is the light; one bar below it, the title above while the controls are there. */
import {
  captions,
  full,
  gear,
  live,
  loading,
  next,
  over,
  pip,
  poster,
  range,
  remote,
  soundChip,
  time,
  titles,
  toast,
  volume,
} from '../ui/controls';
import type { Skin } from './skin';
import css from './video.css?inline';

export const video: Skin = {
  css,
  html: (say) => `
    ${poster}${soundChip}${toast}
    <div slot="top-chrome" class="top">${titles}</div>
    ${loading()}
    <media-play-button slot="centered-chrome" class="big" part="big-play" notooltip></media-play-button>
    ${over(say)}
    <div class="bottom" part="bar">
      ${range}
      <media-control-bar>
        <media-play-button part="play"></media-play-button>${next(say)}${volume}${time}${live}
        <span class="chapter-now" part="chapter"></span>
        <span class="gap"></span>${captions}${gear}${remote}${pip}${full}
      </media-control-bar>
    </div>`,
};
