/** Lucide icons (ISC) where media-chrome has none. */
import next from 'lucide-static/icons/skip-forward.svg?raw';
import retry from 'lucide-static/icons/rotate-ccw.svg?raw';
import sound from 'lucide-static/icons/volume-x.svg?raw';
import settings from 'lucide-static/icons/settings.svg?raw';
import alert from 'lucide-static/icons/triangle-alert.svg?raw';
import offline from 'lucide-static/icons/wifi-off.svg?raw';

export const icons = { next, retry, sound, settings, alert, offline };

export const svgIcon = (paths: string): string =>
  '<svg class="lucide" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" ' +
  `stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${paths}</svg>`;

export const icon = (name: keyof typeof icons): string => svgIcon(icons[name]);
