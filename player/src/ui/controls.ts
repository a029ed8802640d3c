/** HTML of the controls that skins are composed of, mostly media-chrome's elements. */
import type { Translate } from '../i18n';
import { escapeHtml } from './html';
import { icon } from './icons';
import { overlayHtml } from './overlays';
import { settingsHtml } from './settings';

export const posterImage = '<media-poster-image slot="poster" part="poster"></media-poster-image>';
/** The loading indicator: seven bars, as everywhere in OTNet. */
export const loadingIndicator = (slot = 'slot="centered-chrome"'): string =>
  `<media-loading-indicator ${slot} noautohide loadingdelay="300">` +
  `<div slot="icon" class="bars">${'<i></i>'.repeat(7)}</div>` +
  '</media-loading-indicator>';
export const titleBlock =
  '<div class="titles"><p class="title" part="title"></p><p class="subtitle" part="subtitle"></p></div>';
export const unmuteChip =
  '<button type="button" slot="top-chrome" class="sound" part="sound" noautohide hidden></button>';
export const toast = '<div slot="top-chrome" class="toast" role="status" noautohide></div>';

export const playButton = '<media-play-button part="play"></media-play-button>';
export const muteButton = '<media-mute-button part="mute"></media-mute-button>';
export const volumeControl =
  '<div class="volume"><media-mute-button part="mute"></media-mute-button>' +
  '<media-volume-range></media-volume-range></div>';
export const seekBar = '<media-time-range part="seek"></media-time-range>';
export const timeDisplay = '<media-time-display showduration notoggle part="time"></media-time-display>';
export const liveButton = '<media-live-button part="live"></media-live-button>';
export const captionsButton = '<media-captions-button part="captions-button"></media-captions-button>';
export const settingsButton =
  '<media-settings-menu-button part="settings"><span slot="icon">' +
  `${icon('settings')}</span></media-settings-menu-button>`;
export const pipButton = '<media-pip-button part="pip"></media-pip-button>';
export const castButtons =
  '<media-airplay-button part="airplay"></media-airplay-button><media-cast-button part="cast"></media-cast-button>';
export const fullscreenButton = '<media-fullscreen-button part="fullscreen"></media-fullscreen-button>';
export const nextButton = (translate: Translate): string =>
  `<button type="button" class="plain next" part="next" aria-label="${escapeHtml(translate('ui.next'))}" hidden>` +
  `${icon('next')}</button>`;

export const overlays = (translate: Translate): string => settingsHtml(translate) + overlayHtml();
