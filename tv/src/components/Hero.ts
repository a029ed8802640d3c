// The focused title at full size: a backdrop that fades out at its left and lower edge, and the texts beside it. Two
// image layers, so that a new image replaces the old one only when loaded. The hidden layer has a minimal alpha: an
// element with alpha 0 is never fetched.
import Blits from '@lightningjs/blits';
import { theme } from '../theme';

export default Blits.Component('Hero', {
  template: `
    <Element :alpha.transition="{value: $shown ? 1 : 0, duration: 200, easing: 'ease-out'}">
      <Element
        x="640" w="1280" h="720" :src="$a" :alpha.transition="{value: $alphaA, duration: 200}" @loaded="$onLoadedA"
      />
      <Element
        x="640" w="1280" h="720" :src="$b" :alpha.transition="{value: $alphaB, duration: 200}" @loaded="$onLoadedB"
      />
      <Element x="640" w="620" h="720" color="$leftScrim" />
      <Element x="640" y="420" w="1280" h="300" color="$bottomScrim" />
      <Element x="640" w="1280" h="180" color="$topScrim" />
      <Text x="96" y="164" :content="$overline" size="24" :color="$$theme.muted" maxwidth="800" maxlines="1" />
      <Text
        x="96" y="204" :content="$title" font="FigtreeStrong" :size="$$theme.size.display" :color="$$theme.text"
        maxwidth="860" maxlines="2" lineheight="66" @loaded="$onTitleMeasured"
      />
      <Text
        x="96" :y="$metaY" :content="$meta" :size="$$theme.size.text" :color="$$theme.text" maxwidth="860" maxlines="1"
      />
      <Text
        x="96" :y="$metaY + 50" :content="$text" :size="$$theme.size.text" :color="$$theme.muted" maxwidth="800"
        :maxlines="$lines" lineheight="36"
      />
    </Element>
  `,
  props: ['title', 'overline', 'meta', 'text', 'picture', 'shown', 'lines'],
  state() {
    return { a: '', b: '', frontLayer: '', loadingLayer: '', metaY: 290 };
  },
  computed: {
    alphaA(): number {
      return this.frontLayer === 'a' ? 1 : this.loadingLayer === 'a' ? 0.002 : 0;
    },
    alphaB(): number {
      return this.frontLayer === 'b' ? 1 : this.loadingLayer === 'b' ? 0.002 : 0;
    },
    leftScrim(): object {
      return { left: theme.bg, right: theme.clear };
    },
    bottomScrim(): object {
      return { top: theme.clear, bottom: theme.bg };
    },
    topScrim(): object {
      return { top: theme.veil, bottom: theme.clear };
    },
  },
  hooks: {
    ready() {
      this.showPicture(this.picture);
    },
  },
  watch: {
    picture(src: string): void {
      this.showPicture(src);
    },
  },
  methods: {
    showPicture(src: string | undefined): void {
      if (!src) {
        this.frontLayer = '';
        return;
      }
      const to: 'a' | 'b' = this.frontLayer === 'a' ? 'b' : 'a';
      if (this[to] === src) this.frontLayer = to;
      else {
        this.loadingLayer = to;
        this[to] = src;
      }
    },
    onLoadedA(): void {
      if (this.a === this.picture) this.bringToFront('a');
    },
    onLoadedB(): void {
      if (this.b === this.picture) this.bringToFront('b');
    },
    bringToFront(layer: 'a' | 'b'): void {
      this.frontLayer = layer;
      this.loadingLayer = '';
    },
    onTitleMeasured(size: { h: number }): void {
      this.metaY = 204 + Math.max(66, Math.ceil(size.h)) + 18;
    },
  },
});
