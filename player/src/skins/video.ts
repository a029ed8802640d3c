/** The standard video layout: one control bar at the bottom, the title at the top. */
import {
  captionsButton,
  fullscreenButton,
  settingsButton,
  liveButton,
  loadingIndicator,
  nextButton,
  overlays,
  pipButton,
  posterImage,
  seekBar,
  castButtons,
  unmuteChip,
  timeDisplay,
  titleBlock,
  toast,
  volumeControl,
} from '../ui/controls';
import type { Skin } from './skin';
import css from './video.css?inline';

export const video: Skin = {
  css,
  html: (translate) => `
    ${posterImage}${unmuteChip}${toast}
    <div slot="top-chrome" class="top">${titleBlock}</div>
    ${loadingIndicator()}
    <media-play-button slot="centered-chrome" class="big" part="big-play" notooltip></media-play-button>
    ${overlays(translate)}
    <div class="bottom" part="bar">
      ${seekBar}
      <media-control-bar>
        <media-play-button part="play"></media-play-button>${nextButton(translate)}
        ${volumeControl}${timeDisplay}${liveButton}
        <span class="chapter-now" part="chapter"></span>
        <span class="gap"></span>${captionsButton}${settingsButton}${castButtons}${pipButton}${fullscreenButton}
      </media-control-bar>
    </div>`,
};
