// A button. The focused one is light with dark words; the one next action is the accent.
import Blits from '@lightningjs/blits';
import { look } from '../theme';
import { widthOf } from './measure';

export const PILL_HEIGHT = 72;
/** The width a button takes for its words. */
export const pillWidth = (label: string, icon: string): number =>
  (label === '' ? 0 : widthOf(label, look.size.text, 'FigtreeStrong')) +
  (icon === '' ? 0 : 36) +
  (label && icon ? 16 : 0) +
  56;

export default Blits.Component('Pill', {
  template: `
    <Element
      :w="$w" h="72" :color="$ground" shader="$round"
      :scale.transition="{value: $focused ? 1.04 : 1, duration: 160, easing: 'ease-out'}"
    >
      <Element :show="$icon !== ''" x="28" y="18" w="36" h="36" :src="$file" :color="$words" />
      <Text
        :x="$icon === '' ? 28 : 80" y="17" :content="$label" font="FigtreeStrong" :size="$$look.size.text"
        :color="$words"
        lineheight="38"
      />
    </Element>
  `,
  props: ['w', 'label', 'icon', 'focused', 'primary'],
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: 12 } };
    },
    file(): string {
      return this.icon === '' ? '' : `icons/${this.icon}.svg`;
    },
    ground(): string {
      return this.focused ? look.text : this.primary ? look.accent : look.glass;
    },
    words(): string {
      return this.focused ? look.bg : this.primary ? look.onAccent : look.text;
    },
  },
});
