/** A circular progress ring around the artwork or video; drag the ring to seek. */
import {
  settingsButton,
  liveButton,
  loadingIndicator,
  muteButton,
  nextButton,
  overlays,
  pipButton,
  posterImage,
  unmuteChip,
  timeDisplay,
  titleBlock,
  toast,
} from '../ui/controls';
import '../ui/ring';
import css from './circular.css?inline';
import type { Skin } from './skin';

export const circular: Skin = {
  css,
  html: (translate) => `
    ${posterImage}${toast}${unmuteChip}
    <otnet-ring slot="centered-chrome" part="ring" noautohide
      label="${translate('ui.seek')}" of="${translate('ui.of')}"></otnet-ring>
    <div slot="centered-chrome" class="middle">
      ${titleBlock}
      <media-play-button class="big" part="big-play" notooltip></media-play-button>
      ${timeDisplay}${liveButton}
      <div class="tools">${muteButton}${nextButton(translate)}${settingsButton}${pipButton}</div>
    </div>
    ${loadingIndicator()}
    ${overlays(translate)}`,
};
