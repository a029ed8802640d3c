// A button. Light with dark text when focused; the primary action has the accent colour.
import Blits from '@lightningjs/blits';
import { theme } from '../theme';
import { textWidth } from './textWidth';

export const PILL_HEIGHT = 72;
/** The width of a button with this label and icon, in pixels. */
export const pillWidth = (label: string, icon: string): number =>
  (label === '' ? 0 : textWidth(label, theme.size.text, 'FigtreeStrong')) +
  (icon === '' ? 0 : 36) +
  (label && icon ? 16 : 0) +
  56;

export default Blits.Component('Pill', {
  template: `
    <Element
      :w="$w" h="72" :color="$background" shader="$round"
      :scale.transition="{value: $focused ? 1.04 : 1, duration: 160, easing: 'ease-out'}"
    >
      <Element :show="$icon !== ''" x="28" y="18" w="36" h="36" :src="$iconSrc" :color="$textColor" />
      <Text
        :x="$icon === '' ? 28 : 80" y="17" :content="$label" font="FigtreeStrong" :size="$$theme.size.text"
        :color="$textColor"
        lineheight="38"
      />
    </Element>
  `,
  props: ['w', 'label', 'icon', 'focused', 'primary'],
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: 12 } };
    },
    iconSrc(): string {
      return this.icon === '' ? '' : `icons/${this.icon}.svg`;
    },
    background(): string {
      return this.focused ? theme.text : this.primary ? theme.accent : theme.glass;
    },
    textColor(): string {
      return this.focused ? theme.bg : this.primary ? theme.onAccent : theme.text;
    },
  },
});
