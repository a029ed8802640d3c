/** A ring that is the progress, with the artwork or the picture inside; drag the ring to seek. */
import { gear, live, loading, mute, next, over, pip, poster, soundChip, time, titles, toast } from '../ui/controls';
import '../ui/ring';
import css from './circular.css?inline';
import type { Skin } from './skin';

export const circular: Skin = {
  css,
  html: (say) => `
    ${poster}${toast}${soundChip}
    <otnet-ring slot="centered-chrome" part="ring" noautohide
      label="${say('ui.seek')}" of="${say('ui.of')}"></otnet-ring>
    <div slot="centered-chrome" class="middle">
      ${titles}
      <media-play-button class="big" part="big-play" notooltip></media-play-button>
      ${time}${live}
      <div class="tools">${mute}${next(say)}${gear}${pip}</div>
    </div>
    ${loading()}
    ${over(say)}`,
};
