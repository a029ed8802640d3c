// A list of settings: what it is on the left, how it stands on the right.
import Blits from '@lightningjs/blits';
import { look } from '../theme';

export interface Item {
  id: string;
  icon: string;
  label: string;
  value: string;
}
const STEP = 100;
interface Placed {
  id: string;
  y: number;
  icon: string;
  label: string;
  value: string;
  ground: string;
  words: string;
  quiet: string;
}

export default Blits.Component('List', {
  template: `
    <Element>
      <Element :for="item in $placed" key="$item.id" :y="$item.y" w="1320" h="88" :color="$item.ground" shader="$round">
        <Element x="32" y="26" w="36" h="36" :src="$item.icon" :color="$item.words" />
        <Text
          x="96" y="24" :content="$item.label" font="FigtreeStrong" :size="$$look.size.text" :color="$item.words"
          lineheight="40"
        />
        <Text
          x="560" y="24" :content="$item.value" :size="$$look.size.text" :color="$item.quiet" align="right"
          maxwidth="724" maxlines="1" lineheight="40"
        />
      </Element>
    </Element>
  `,
  state() {
    return { placed: [] as Placed[] };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: 12 } };
    },
  },
  methods: {
    set(items: Item[], focus: number): void {
      this.placed = items.map((item, i) => ({
        ...item,
        icon: `icons/${item.icon}.svg`,
        y: i * STEP,
        ground: i === focus ? look.text : look.panel,
        words: i === focus ? look.bg : look.text,
        quiet: i === focus ? look.bg : look.muted,
      }));
    },
  },
});
