// Placeholder tiles while titles load: a shelf row, or (`wide`) a grid row below its heading. Not animated.
import Blits from '@lightningjs/blits';
import { METRICS, pitch } from '../focus/shelfModel';
import { theme, SAFE_X, WIDTH } from '../theme';

export default Blits.Component('Skeleton', {
  template: `
    <Element>
      <Element x="96" :y="$bar" w="260" h="28" color="$$theme.panel" shader="$round" />
      <Element :for="x in $tiles" key="$x" :x="$x" :y="$top" :w="$w" :h="$h" color="$$theme.panel" shader="$round" />
    </Element>
  `,
  props: ['wide'],
  state() {
    const m = METRICS[this.wide ? 'wide' : 'still'];
    const tiles: number[] = [];
    for (let x = SAFE_X; x < WIDTH - (this.wide ? SAFE_X : 0); x += pitch(m)) tiles.push(x);
    return { tiles, w: m.width, h: m.height, top: this.wide ? 0 : m.head, bar: this.wide ? -82 : 16 };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: theme.radius.card } };
    },
  },
});
