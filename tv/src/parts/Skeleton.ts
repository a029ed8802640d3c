// Where titles will be, while they are fetched. Still, as everything here is that does not progress.
import Blits from '@lightningjs/blits';
import { look } from '../theme';

export default Blits.Component('Skeleton', {
  template: `
    <Element>
      <Element x="96" y="16" w="260" h="28" color="$$look.panel" shader="$round" />
      <Element :for="x in $tiles" key="$x" :x="$x" y="62" w="352" h="198" color="$$look.panel" shader="$round" />
    </Element>
  `,
  state() {
    return { tiles: [96, 476, 856, 1236, 1616] };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: look.radius.card } };
    },
  },
});
