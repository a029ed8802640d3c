// What the focus is on, at the size of the screen: a picture that fades into ink at its left and lower edge, and beside
// it the title. Two layers of picture, so that the next one appears over the last instead of over nothing. The one that
// waits is not quite clear: what is wholly clear is never fetched.
import Blits from '@lightningjs/blits';
import { look } from '../theme';

export default Blits.Component('Hero', {
  template: `
    <Element :alpha.transition="{value: $shown ? 1 : 0, duration: 200, easing: 'ease-out'}">
      <Element x="640" w="1280" h="720" :src="$a" :alpha.transition="{value: $alphaA, duration: 200}" @loaded="$onA" />
      <Element x="640" w="1280" h="720" :src="$b" :alpha.transition="{value: $alphaB, duration: 200}" @loaded="$onB" />
      <Element x="640" w="620" h="720" color="$fromLeft" />
      <Element x="640" y="420" w="1280" h="300" color="$fromBelow" />
      <Element x="640" w="1280" h="180" color="$fromAbove" />
      <Text x="96" y="164" :content="$over" size="24" :color="$$look.muted" maxwidth="800" maxlines="1" />
      <Text
        x="96" y="204" :content="$title" font="FigtreeStrong" :size="$$look.size.display" :color="$$look.text"
        maxwidth="860" maxlines="2" lineheight="66" @loaded="$measured"
      />
      <Text
        x="96" :y="$below" :content="$meta" :size="$$look.size.text" :color="$$look.text" maxwidth="860" maxlines="1"
      />
      <Text
        x="96" :y="$below + 50" :content="$text" :size="$$look.size.text" :color="$$look.muted" maxwidth="800"
        :maxlines="$lines" lineheight="36"
      />
    </Element>
  `,
  props: ['title', 'over', 'meta', 'text', 'picture', 'shown', 'lines'],
  state() {
    return { a: '', b: '', front: '', waiting: '', below: 290 };
  },
  computed: {
    alphaA(): number {
      return this.front === 'a' ? 1 : this.waiting === 'a' ? 0.002 : 0;
    },
    alphaB(): number {
      return this.front === 'b' ? 1 : this.waiting === 'b' ? 0.002 : 0;
    },
    fromLeft(): object {
      return { left: look.bg, right: look.clear };
    },
    fromBelow(): object {
      return { top: look.clear, bottom: look.bg };
    },
    fromAbove(): object {
      return { top: look.veil, bottom: look.clear };
    },
  },
  hooks: {
    ready() {
      this.turn(this.picture);
    },
  },
  watch: {
    picture(src: string): void {
      this.turn(src);
    },
  },
  methods: {
    turn(src: string | undefined): void {
      if (!src) {
        this.front = '';
        return;
      }
      const to: 'a' | 'b' = this.front === 'a' ? 'b' : 'a';
      if (this[to] === src) this.front = to;
      else {
        this.waiting = to;
        this[to] = src;
      }
    },
    onA(): void {
      if (this.a === this.picture) this.reveal('a');
    },
    onB(): void {
      if (this.b === this.picture) this.reveal('b');
    },
    reveal(layer: 'a' | 'b'): void {
      this.front = layer;
      this.waiting = '';
    },
    measured(size: { h: number }): void {
      this.below = 204 + Math.max(66, Math.ceil(size.h)) + 18;
    },
  },
});
