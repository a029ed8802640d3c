// A modal question with several answers. `ask` resolves with the index of the answer, or null for back.
import Blits from '@lightningjs/blits';
import { updateScreen } from '../screenState';
import { theme } from '../theme';
import { modalFocus, pageOf } from './modalFocus';

const MAX_VISIBLE = 7;
const STEP = 84;
interface Option {
  slot: number;
  y: number;
  label: string;
  background: string;
  textColor: string;
  checkAlpha: number;
}

export default Blits.Component('ChoiceDialog', {
  template: `
    <Element w="1920" h="1080" :show="$open" color="$$theme.veil" z="50">
      <Element x="580" :y="$top" w="760" :h="$height" color="$$theme.raised" shader="$round">
        <Text
          x="48" y="40" :content="$title" font="FigtreeStrong" :size="$$theme.size.title" :color="$$theme.text"
          maxwidth="664"
          maxlines="3" lineheight="46" @loaded="$onTitleMeasured"
        />
        <Element :y="$listY">
          <Element
            :for="option in $options" key="$option.slot" x="32" :y="$option.y" w="696" h="72"
            :color="$option.background" shader="$item"
          >
            <Text
              x="28" y="17" :content="$option.label" :size="$$theme.size.text" :color="$option.textColor" maxwidth="580"
              maxlines="1"
              lineheight="38"
            />
            <Element
              x="636" y="20" w="32" h="32" src="icons/check.svg" :color="$option.textColor"
              :alpha="$option.checkAlpha"
            />
          </Element>
        </Element>
      </Element>
    </Element>
  `,
  state() {
    return {
      open: false,
      title: '',
      listY: 120,
      labels: [] as string[],
      chosen: -1,
      index: 0,
      options: [] as Option[],
      resolveAnswer: null as ((answer: number | null) => void) | null,
    };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: theme.radius.dialog } };
    },
    item(): object {
      return { type: 'RoundedRectangle', props: { radius: 12 } };
    },
    height(): number {
      return this.listY + Math.min(MAX_VISIBLE, this.labels.length) * STEP + 28;
    },
    top(): number {
      return (1080 - (this.height as unknown as number)) / 2;
    },
  },
  hooks: {
    /** Announce now: keys go to this dialog from here on. */
    focus() {
      this.draw();
    },
  },
  methods: {
    prompt(title: string, labels: string[], chosen = -1): Promise<number | null> {
      this.title = title;
      this.labels = labels;
      this.chosen = chosen;
      this.index = Math.max(0, chosen);
      this.open = true;
      this.draw();
      modalFocus.open(this);
      return new Promise((resolve) => {
        this.resolveAnswer = resolve;
      });
    },
    answer(value: number | null): void {
      const resolveAnswer = this.resolveAnswer;
      this.open = false;
      this.resolveAnswer = null;
      modalFocus.close(this);
      resolveAnswer?.(value);
    },
    onTitleMeasured(size: { h: number }): void {
      this.listY = 40 + Math.max(46, Math.ceil(size.h)) + 32;
    },
    draw(): void {
      const first = Math.max(0, Math.min(this.index - 3, this.labels.length - MAX_VISIBLE));
      this.options = (this.labels as string[]).slice(first, first + MAX_VISIBLE).map((label, i) => {
        const focused = first + i === this.index;
        return {
          slot: i,
          y: i * STEP,
          label,
          background: focused ? theme.text : theme.clear,
          textColor: focused ? theme.bg : theme.text,
          checkAlpha: first + i === this.chosen ? 1 : 0,
        };
      });
      if (this.hasFocus)
        updateScreen(pageOf(this), { focus: `${this.title}: ${this.labels[this.index]}`, text: this.title });
    },
    step(by: number): void {
      this.index = Math.max(0, Math.min(this.labels.length - 1, this.index + by));
      this.draw();
    },
  },
  input: {
    up() {
      this.step(-1);
    },
    down() {
      this.step(1);
    },
    left() {
      /** focus stays in the dialog */
    },
    right() {
      /** focus stays in the dialog */
    },
    enter() {
      this.answer(this.index);
    },
    back() {
      this.answer(null);
    },
  },
});
