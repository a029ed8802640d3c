// Text that changes often, such as a clock. A canvas draws every change anew, and until that is done there is nothing
// to
// see; so the next text is drawn unseen beside the last one and takes its place when it is there.
import Blits from '@lightningjs/blits';

export default Blits.Component('Steady', {
  template: `
    <Element>
      <Text
        :content="$a" :size="$$look.size.fine" :color="$$look.text" :align="$side" :maxwidth="$wide"
        :alpha="$front === 'a' ? 1 : 0.002" @loaded="$onA"
      />
      <Text
        :content="$b" :size="$$look.size.fine" :color="$$look.text" :align="$side" :maxwidth="$wide"
        :alpha="$front === 'b' ? 1 : 0.002" @loaded="$onB"
      />
    </Element>
  `,
  props: ['words', 'side', 'wide'],
  state() {
    return { a: ' ', b: ' ', front: 'a', pending: '' };
  },
  hooks: {
    ready() {
      this.turn();
    },
  },
  watch: {
    words(): void {
      this.turn();
    },
  },
  methods: {
    turn(): void {
      const back: 'a' | 'b' = this.front === 'a' ? 'b' : 'a';
      const words = this.words === '' || this.words === undefined ? ' ' : this.words;
      if (this.pending !== '' || this[this.front as 'a' | 'b'] === words) return;
      if (this[back] === words) {
        this.front = back;
        return;
      }
      this.pending = back;
      this[back] = words;
    },
    drawn(layer: 'a' | 'b'): void {
      if (this.pending !== layer) return;
      this.pending = '';
      this.front = layer;
      this.turn();
    },
    onA(): void {
      this.drawn('a');
    },
    onB(): void {
      this.drawn('b');
    },
  },
});
