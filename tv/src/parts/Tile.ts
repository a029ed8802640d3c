// A title or a person as a picture. Without a picture it is words on a panel; while the picture loads, the panel.
import Blits from '@lightningjs/blits';
import { fallback } from '../api/pictures';
import { look } from '../theme';

export default Blits.Component('Tile', {
  template: `
    <Element :w="$w" :h="$h" :scale.transition="{value: $focused ? 1.04 : 1, duration: 160, easing: 'ease-out'}">
      <Element :w="$w" :h="$h" :color="$ground" :shader="$round" :alpha="$there ? 0 : 1" />
      <Text
        x="20" :y="$middle ? ($h - $letters * 1.4) / 2 : 20" :content="$label" :size="$letters"
        :color="$middle ? $$look.text : $$look.muted" :align="$middle ? 'center' : 'left'" :maxwidth="$w - 40"
        :maxlines="$middle ? 1 : 4" :lineheight="$letters * 1.4"
      />
      <Element :w="$w" :h="$h" :src="$shown" fit="cover" :shader="$round" @loaded="$arrived" @error="$lost" />
      <Text
        x="-28" :y="$h + 18" :content="$name" size="24" :color="$$look.text" align="center" :maxwidth="$w + 56"
        maxlines="2" lineheight="32" @loaded="$measured"
      />
      <Text
        x="-28" :y="$h + 20 + $tall" :content="$note" size="24" :color="$$look.muted" align="center" :maxwidth="$w + 56"
        maxlines="1"
      />
      <Element :show="$badge !== ''" x="12" y="12" :w="$badgeWidth" h="36" color="$$look.veil" shader="$small">
        <Text x="12" y="4" :content="$badge" size="24" color="$$look.text" />
      </Element>
      <Element :show="$progress > 0" x="16" :y="$h - 20" :w="$w - 32" h="6" color="$$look.track" />
      <Element :show="$progress > 0" x="16" :y="$h - 20" :w="($w - 32) * $progress" h="6" color="$$look.accent" />
    </Element>
  `,
  props: ['w', 'h', 'radius', 'picture', 'words', 'letters', 'middle', 'name', 'note', 'progress', 'badge', 'focused'],
  state() {
    return { broken: 0, there: false, tall: 32 };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: this.radius } };
    },
    ground(): string {
      return this.middle ? look.raised : look.panel;
    },
    small(): object {
      return { type: 'RoundedRectangle', props: { radius: look.radius.control } };
    },
    shown(): string {
      return this.broken === 0 ? this.picture : this.broken === 1 ? fallback(this.picture) : '';
    },
    label(): string {
      return this.picture === '' || this.broken > 1 ? this.words : '';
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
    measured(size: { h: number }): void {
      this.tall = Math.ceil(size.h);
    },
    arrived(): void {
      this.there = true;
    },
    lost(): void {
      this.broken = this.broken === 0 && fallback(this.picture) !== '' ? 1 : 2;
    },
  },
});
