// Text that changes often, such as a clock. The canvas re-renders a changed text asynchronously, during which it is
// blank, so the new text is rendered invisibly beside the old one and then swapped in.
import Blits from '@lightningjs/blits';

export default Blits.Component('DoubleBufferedText', {
  template: `
    <Element>
      <Text
        :content="$a" :size="$$theme.size.fine" :color="$$theme.text" :align="$textAlign" :maxwidth="$maxWidth"
        :alpha="$frontLayer === 'a' ? 1 : 0.002" @loaded="$onLoadedA"
      />
      <Text
        :content="$b" :size="$$theme.size.fine" :color="$$theme.text" :align="$textAlign" :maxwidth="$maxWidth"
        :alpha="$frontLayer === 'b' ? 1 : 0.002" @loaded="$onLoadedB"
      />
    </Element>
  `,
  props: ['text', 'textAlign', 'maxWidth'],
  state() {
    return { a: ' ', b: ' ', frontLayer: 'a', loadingLayer: '' };
  },
  hooks: {
    ready() {
      this.update();
    },
  },
  watch: {
    text(): void {
      this.update();
    },
  },
  methods: {
    update(): void {
      const back: 'a' | 'b' = this.frontLayer === 'a' ? 'b' : 'a';
      const text = this.text === '' || this.text === undefined ? ' ' : this.text;
      if (this.loadingLayer !== '' || this[this.frontLayer as 'a' | 'b'] === text) return;
      if (this[back] === text) {
        this.frontLayer = back;
        return;
      }
      this.loadingLayer = back;
      this[back] = text;
    },
    onDrawn(layer: 'a' | 'b'): void {
      if (this.loadingLayer !== layer) return;
      this.loadingLayer = '';
      this.frontLayer = layer;
      this.update();
    },
    onLoadedA(): void {
      this.onDrawn('a');
    },
    onLoadedB(): void {
      this.onDrawn('b');
    },
  },
});
