/** Pieces that the skins are put together from; controls are media-chrome's. */
import type { Say } from '../i18n';
import { escaped } from './html';
import { icon } from './icons';
import { screensHtml } from './overlays';
import { settingsHtml } from './settings';

export const poster = '<media-poster-image slot="poster" part="poster"></media-poster-image>';
/** Waiting looks like waiting everywhere: the seven bars. */
export const loading = (slot = 'slot="centered-chrome"'): string =>
  `<media-loading-indicator ${slot} noautohide loadingdelay="300">` +
  `<div slot="icon" class="bars">${'<i></i>'.repeat(7)}</div>` +
  '</media-loading-indicator>';
export const titles =
  '<div class="titles"><p class="title" part="title"></p><p class="subtitle" part="subtitle"></p></div>';
export const soundChip =
  '<button type="button" slot="top-chrome" class="sound" part="sound" noautohide hidden></button>';
export const toast = '<div slot="top-chrome" class="toast" role="status" noautohide></div>';

export const play = '<media-play-button part="play"></media-play-button>';
export const mute = '<media-mute-button part="mute"></media-mute-button>';
export const volume =
  '<div class="volume"><media-mute-button part="mute"></media-mute-button>' +
  '<media-volume-range></media-volume-range></div>';
export const range = '<media-time-range part="seek"></media-time-range>';
export const time = '<media-time-display showduration notoggle part="time"></media-time-display>';
export const live = '<media-live-button part="live"></media-live-button>';
export const captions = '<media-captions-button part="captions-button"></media-captions-button>';
export const gear =
  '<media-settings-menu-button part="settings"><span slot="icon">' +
  `${icon('settings')}</span></media-settings-menu-button>`;
export const pip = '<media-pip-button part="pip"></media-pip-button>';
export const remote =
  '<media-airplay-button part="airplay"></media-airplay-button><media-cast-button part="cast"></media-cast-button>';
export const full = '<media-fullscreen-button part="fullscreen"></media-fullscreen-button>';
export const next = (say: Say): string =>
  `<button type="button" class="plain next" part="next" aria-label="${escaped(say('ui.next'))}" hidden>` +
  `${icon('next')}</button>`;

export const over = (say: Say): string => settingsHtml(say) + screensHtml();
