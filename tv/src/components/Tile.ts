// A title or person as a picture; a text on a panel if there is no picture or until it has loaded.
import Blits from '@lightningjs/blits';
import { jpegFallback } from '../api/imageVariants';
import { theme } from '../theme';

export default Blits.Component('Tile', {
  template: `
    <Element :w="$w" :h="$h" :scale.transition="{value: $focused ? 1.04 : 1, duration: 160, easing: 'ease-out'}">
      <Element :w="$w" :h="$h" :color="$background" :shader="$round" :alpha="$loaded ? 0 : 1" />
      <Text
        x="20" :y="$placeholderCentred ? ($h - $placeholderSize * 1.4) / 2 : 20" :content="$label"
        :size="$placeholderSize"
        :color="$placeholderCentred ? $$theme.text : $$theme.muted" :align="$placeholderCentred ? 'center' : 'left'"
        :maxwidth="$w - 40"
        :maxlines="$placeholderCentred ? 1 : 4" :lineheight="$placeholderSize * 1.4"
      />
      <Element
        :w="$w" :h="$h" :src="$imageSrc" fit="cover" :shader="$round" @loaded="$onLoaded" @error="$onLoadError"
      />
      <Text
        x="-28" :y="$h + 18" :content="$name" size="24" :color="$$theme.text" align="center" :maxwidth="$w + 56"
        maxlines="2" lineheight="32" @loaded="$onNameMeasured"
      />
      <Text
        x="-28" :y="$h + 20 + $nameHeight" :content="$note" size="24" :color="$$theme.muted" align="center"
        :maxwidth="$w + 56"
        maxlines="1"
      />
      <Element :show="$badge !== ''" x="12" y="12" :w="$badgeWidth" h="36" color="$$theme.veil" shader="$small">
        <Text x="12" y="4" :content="$badge" size="24" color="$$theme.text" />
      </Element>
      <Element :show="$progress > 0" x="16" :y="$h - 20" :w="$w - 32" h="6" color="$$theme.track" />
      <Element :show="$progress > 0" x="16" :y="$h - 20" :w="($w - 32) * $progress" h="6" color="$$theme.accent" />
    </Element>
  `,
  props: [
    'w',
    'h',
    'radius',
    'picture',
    'placeholder',
    'placeholderSize',
    'placeholderCentred',
    'name',
    'note',
    'progress',
    'badge',
    'focused',
  ],
  state() {
    return { failures: 0, loaded: false, nameHeight: 32 };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: this.radius } };
    },
    background(): string {
      return this.placeholderCentred ? theme.raised : theme.panel;
    },
    small(): object {
      return { type: 'RoundedRectangle', props: { radius: theme.radius.control } };
    },
    imageSrc(): string {
      return this.failures === 0 ? this.picture : this.failures === 1 ? jpegFallback(this.picture) : '';
    },
    label(): string {
      return this.picture === '' || this.failures > 1 ? this.placeholder : '';
    },
    badgeWidth(): number {
      return 24 + String(this.badge).length * 13;
    },
  },
  watch: {
    picture(): void {
      this.failures = 0;
      this.loaded = false;
    },
  },
  methods: {
    onNameMeasured(size: { h: number }): void {
      this.nameHeight = Math.ceil(size.h);
    },
    onLoaded(): void {
      this.loaded = true;
    },
    onLoadError(): void {
      this.failures = this.failures === 0 && jpegFallback(this.picture) !== '' ? 1 : 2;
    },
  },
});
