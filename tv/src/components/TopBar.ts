// The top bar: the organization's name and the destinations of the app. Live is one of them where the server has
// channels.
import Blits from '@lightningjs/blits';
import { session } from '../session';
import { theme } from '../theme';
import { t, type MessageKey } from '../i18n/index';
import { textWidth } from './textWidth';

export interface Destination {
  id: string;
  word: MessageKey;
  icon: string;
  path: string;
}
const DESTINATIONS: readonly Destination[] = [
  { id: 'home', word: 'home', icon: 'house', path: '/home' },
  { id: 'live', word: 'live', icon: 'tv', path: '/live' },
  { id: 'search', word: 'search', icon: 'search', path: '/search' },
  { id: 'list', word: 'list', icon: 'list-video', path: '/list' },
  { id: 'settings', word: 'settings', icon: 'settings', path: '/settings' },
];
export const destinations = (): Destination[] =>
  DESTINATIONS.filter(({ id }) => id !== 'live' || session.site?.channels === true);

interface Tab {
  id: string;
  x: number;
  w: number;
  label: string;
  icon: string;
  textColor: string;
  background: string;
  underlineAlpha: number;
}

function tabs(currentPage: string, focus: number): Tab[] {
  let x = 1920 - 96;
  const shown = destinations();
  return [...shown]
    .reverse()
    .map((destination) => {
      const label = t(destination.word);
      const w = textWidth(label, theme.size.fine, 'FigtreeStrong') + 44 + 48;
      x -= w;
      const focused = shown.indexOf(destination) === focus;
      const at = {
        id: destination.id,
        x,
        w,
        label,
        icon: `icons/${destination.icon}.svg`,
        textColor: focused ? theme.bg : theme.text,
        background: focused ? theme.text : theme.clear,
        underlineAlpha: !focused && destination.id === currentPage ? 1 : 0,
      };
      x -= 8;
      return at;
    })
    .reverse();
}

export default Blits.Component('TopBar', {
  template: `
    <Element>
      <Element :for="bar in $bars" key="$bar.x" :x="$bar.x" y="58" w="26" h="5" :color="$bar.color" />
      <Text
        x="96" y="72" :content="$name" font="FigtreeStrong" :size="$$theme.size.large" :color="$$theme.text"
        maxwidth="700" maxlines="1"
      />
      <Element
        :for="tab in $tabs" key="$tab.id" :x="$tab.x" y="54" :w="$tab.w" h="60" :color="$tab.background" shader="$round"
      >
        <Element x="24" y="16" w="28" h="28" :src="$tab.icon" :color="$tab.textColor" />
        <Text
          x="66" y="13" :content="$tab.label" font="FigtreeStrong" :size="$$theme.size.fine" :color="$tab.textColor"
          lineheight="34"
        />
        <Element x="24" y="56" :w="$tab.w - 48" h="4" :color="$$theme.accent" :alpha="$tab.underlineAlpha" />
      </Element>
    </Element>
  `,
  props: ['currentPage'],
  state() {
    return {
      tabs: [] as Tab[],
      bars: theme.bars.map((color, i) => ({ x: 96 + i * 26, color })),
      name: session.site?.organization.name ?? 'OTNet',
    };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: 12 } };
    },
  },
  hooks: {
    ready() {
      this.focusOn(-1);
    },
  },
  methods: {
    focusOn(index: number): void {
      this.tabs = tabs(this.currentPage, index);
    },
  },
});
