// The loading indicator: seven colour bars, lit one after the other.
import Blits from '@lightningjs/blits';
import { theme } from '../theme';

export default Blits.Component('LoadingBars', {
  template: `
    <Element :show="$active" x="834" y="534">
      <Element :for="bar in $bars" key="$bar.x" :x="$bar.x" w="36" h="12" :color="$bar.color" :alpha="$bar.alpha" />
    </Element>
  `,
  props: ['active', 'step'],
  computed: {
    bars(): { x: number; color: string; alpha: number }[] {
      return theme.bars.map((color, i) => ({ x: i * 36, color, alpha: this.step % 7 === i ? 1 : 0.35 }));
    },
  },
});
