/** A compact row: artwork, title, and a waveform as the seek bar. */
import type { Context } from '../ui/context';
import {
  settingsButton,
  liveButton,
  loadingIndicator,
  nextButton,
  overlays,
  pipButton,
  playButton,
  seekBar,
  castButtons,
  timeDisplay,
  titleBlock,
  toast,
  volumeControl,
} from '../ui/controls';
import css from './audio.css?inline';
import type { Skin } from './skin';

/** Width of one bar of the waveform. */
const BAR_PX = 3;

/** The settings menu opens upwards unless the player is closer than this to the top of the window. */
const MENU_PX = 380;

function menu({ controller, signal }: Context): void {
  const list = controller.querySelector<HTMLElement>('media-settings-menu')!;
  list.addEventListener(
    'toggle',
    () => list.toggleAttribute('below', controller.getBoundingClientRect().bottom < MENU_PX),
    { signal },
  );
}

function waveform({ controller, engine, signal }: Context): void {
  const seek = controller.querySelector<HTMLElement>('media-time-range')!;
  let draw = (): void => undefined;
  const read = async (): Promise<void> => {
    const { config } = engine;
    const { mask, peaks, loadWaveform } = await import('../ui/waveform');
    const values = await loadWaveform(config?.waveform);
    if (engine.config !== config) return;
    seek.toggleAttribute('waveform', values.length > 0);
    draw = () => {
      const { width } = seek.getBoundingClientRect();
      if (!values.length || !width) return;
      seek.style.setProperty('--_waveform', mask(peaks(values, Math.max(24, Math.floor(width / BAR_PX)))));
    };
    draw();
  };
  engine.addEventListener('config', () => void read(), { signal });
  const observer = new ResizeObserver(() => draw());
  observer.observe(seek);
  signal.addEventListener('abort', () => observer.disconnect());
  if (engine.config) void read();
}

export const audio: Skin = {
  css,
  audio: true,
  alwaysVisible: true,
  html: (translate) => `
    ${toast}
    <div class="row">
      <div class="art" part="art"><img alt="" hidden>${playButton}${loadingIndicator('')}</div>
      <div class="body">
        <div class="head">${titleBlock}<span class="chapter-now" part="chapter"></span></div>
        ${seekBar}
        <div class="tools">${timeDisplay}${liveButton}<span class="gap"></span>${nextButton(translate)}${volumeControl}
          ${settingsButton}${castButtons}${pipButton}</div>
      </div>
    </div>
    ${overlays(translate)}`,
  setup(context) {
    waveform(context);
    menu(context);
  },
};
