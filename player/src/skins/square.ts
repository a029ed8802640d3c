/** Square format for social pages and portfolios: the video fills it, a tap unmutes, the title fades out. */
import {
  captionsButton,
  fullscreenButton,
  settingsButton,
  liveButton,
  loadingIndicator,
  muteButton,
  nextButton,
  overlays,
  pipButton,
  posterImage,
  seekBar,
  unmuteChip,
  titleBlock,
  toast,
} from '../ui/controls';
import css from './square.css?inline';
import type { Skin } from './skin';

export const square: Skin = {
  css,
  html: (translate) => `
    ${posterImage}${unmuteChip}${toast}
    <div slot="top-chrome" class="top">${titleBlock}</div>
    ${loadingIndicator()}
    <media-play-button slot="centered-chrome" class="big" part="big-play" notooltip></media-play-button>
    ${overlays(translate)}
    <div class="bottom" part="bar">
      <div class="tools">${muteButton}${liveButton}<span class="gap"></span>${nextButton(translate)}
        ${captionsButton}${settingsButton}${pipButton}${fullscreenButton}</div>
      ${seekBar}
    </div>`,
};
