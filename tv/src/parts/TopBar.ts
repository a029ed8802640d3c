// Where one can go: the studio's name under its colour bars, and the four places of the application.
import Blits from '@lightningjs/blits';
import { session } from '../session';
import { look } from '../theme';
import { t, type Word } from '../words/words';
import { widthOf } from './measure';

export const PLACES: readonly { id: string; word: Word; icon: string; path: string }[] = [
  { id: 'home', word: 'home', icon: 'house', path: '/home' },
  { id: 'search', word: 'search', icon: 'search', path: '/search' },
  { id: 'list', word: 'list', icon: 'list-video', path: '/list' },
  { id: 'settings', word: 'settings', icon: 'settings', path: '/settings' },
];
interface Tab {
  id: string;
  x: number;
  w: number;
  label: string;
  icon: string;
  words: string;
  ground: string;
  chosen: number;
}

function tabs(here: string, focus: number): Tab[] {
  let x = 1920 - 96;
  return [...PLACES]
    .reverse()
    .map((place) => {
      const label = t(place.word);
      const w = widthOf(label, look.size.fine, 'FigtreeStrong') + 44 + 48;
      x -= w;
      const focused = PLACES.indexOf(place) === focus;
      const at = {
        id: place.id,
        x,
        w,
        label,
        icon: `icons/${place.icon}.svg`,
        words: focused ? look.bg : look.text,
        ground: focused ? look.text : look.clear,
        chosen: !focused && place.id === here ? 1 : 0,
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
        x="96" y="72" :content="$name" font="FigtreeStrong" :size="$$look.size.large" :color="$$look.text"
        maxwidth="700" maxlines="1"
      />
      <Element
        :for="tab in $tabs" key="$tab.id" :x="$tab.x" y="54" :w="$tab.w" h="60" :color="$tab.ground" shader="$round"
      >
        <Element x="24" y="16" w="28" h="28" :src="$tab.icon" :color="$tab.words" />
        <Text
          x="66" y="13" :content="$tab.label" font="FigtreeStrong" :size="$$look.size.fine" :color="$tab.words"
          lineheight="34"
        />
        <Element x="24" y="56" :w="$tab.w - 48" h="4" :color="$$look.accent" :alpha="$tab.chosen" />
      </Element>
    </Element>
  `,
  props: ['here'],
  state() {
    return {
      tabs: [] as Tab[],
      bars: look.bars.map((color, i) => ({ x: 96 + i * 26, color })),
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
      this.tabs = tabs(this.here, index);
    },
  },
});
