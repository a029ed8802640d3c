// A title as a picture. Without a picture it is its name on a panel; while the picture loads, the panel.
import Blits from '@lightningjs/blits';
import { fallback } from '../api/pictures';
import { look } from '../theme';

export default Blits.Component('Tile', {
  template: `
    <Element :w="$w" :h="$h" :scale.transition="{value: $focused ? 1.04 : 1, duration: 160, easing: 'ease-out'}">
      <Element :w="$w" :h="$h" color="$$look.panel" shader="$round" :alpha="$there ? 0 : 1" />
      <Text
        x="20" y="20" :content="$label" :size="$$look.size.fine" :color="$$look.muted"
        maxwidth="180" maxlines="4" lineheight="32"
      />
      <Element :w="$w" :h="$h" :src="$shown" shader="$round" @loaded="$arrived" @error="$lost" />
      <Element :show="$badge !== ''" x="12" y="12" :w="$badgeWidth" h="36" color="$$look.veil" shader="$small">
        <Text x="12" y="4" :content="$badge" size="24" color="$$look.text" />
      </Element>
      <Element :show="$progress > 0" x="16" :y="$h - 20" :w="$w - 32" h="6" color="$$look.track" />
      <Element :show="$progress > 0" x="16" :y="$h - 20" :w="($w - 32) * $progress" h="6" color="$$look.accent" />
    </Element>
  `,
  props: ['w', 'h', 'picture', 'title', 'progress', 'badge', 'focused'],
  state() {
    return { broken: 0, there: false };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: look.radius.card } };
    },
    small(): object {
      return { type: 'RoundedRectangle', props: { radius: look.radius.control } };
    },
    shown(): string {
      return this.broken === 0 ? this.picture : this.broken === 1 ? fallback(this.picture) : '';
    },
    label(): string {
      return this.picture === '' || this.broken > 1 ? this.title : '';
    },
    badgeWidth(): number {
      return 24 + String(this.badge).length * 13;
    },
  },
  watch: {
    picture(): void {
      this.broken = 0;
      this.there = false;
    },
  },
  methods: {
    arrived(): void {
      this.there = true;
    },
    lost(): void {
      this.broken = this.broken === 0 && fallback(this.picture) !== '' ? 1 : 2;
    },
  },
});
