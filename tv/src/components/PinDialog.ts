// Asks for a PIN of four digits, entered with the arrow keys or the remote's digits. `ask` resolves with the digits,
// or null for back; call it again to report an error.
import Blits from '@lightningjs/blits';
import { applyKey } from '../focus/keyboardModel';
import type { Direction } from '../focus/shelfModel';
import { ref } from './refs';
import { updateScreen } from '../screenState';
import { PIN_LENGTH } from '../state/parentalLock';
import { theme } from '../theme';
import Keyboard from './Keyboard';
import { modalFocus, pageOf } from './modalFocus';

export default Blits.Component('PinDialog', {
  components: { Keyboard },
  template: `
    <Element w="1920" h="1080" :show="$open" color="$$theme.veil" z="60">
      <Element x="560" y="120" w="800" h="840" color="$$theme.raised" shader="$round">
        <Element x="376" y="44" w="48" h="48" src="icons/lock.svg" :color="$$theme.muted" />
        <Text
          x="60" y="108" :content="$title" font="FigtreeStrong" :size="$$theme.size.title" :color="$$theme.text"
          align="center" maxwidth="680" maxlines="1" lineheight="46"
        />
        <Text
          x="60" y="168" :content="$text" :size="$$theme.size.fine" :color="$textColor" align="center" maxwidth="680"
          maxlines="2" lineheight="32"
        />
        <Element x="292" y="256">
          <Element :for="dot in $dots" key="$dot.x" :x="$dot.x" w="36" h="36" :color="$dot.color" shader="$disc" />
        </Element>
        <Keyboard ref="keyboard" x="236" y="328" size="112" dark="true" />
      </Element>
    </Element>
  `,
  state() {
    return {
      open: false,
      title: '',
      text: '',
      wrong: false,
      pin: '',
      dots: [] as { x: number; color: string }[],
      resolveAnswer: null as ((pin: string | null) => void) | null,
    };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: theme.radius.dialog } };
    },
    disc(): object {
      return { type: 'RoundedRectangle', props: { radius: 18 } };
    },
    textColor(): string {
      return this.wrong ? theme.danger : theme.muted;
    },
  },
  hooks: {
    /** Announce now: keys go to this dialog from here on. */
    focus() {
      this.draw();
    },
  },
  methods: {
    prompt(title: string, text: string, wrong = false): Promise<string | null> {
      this.title = title;
      this.text = text;
      this.wrong = wrong;
      this.pin = '';
      this.open = true;
      ref(this, 'keyboard').setup('pin');
      this.draw();
      modalFocus.open(this);
      return new Promise((resolve) => {
        this.resolveAnswer = resolve;
      });
    },
    answer(pin: string | null): void {
      const resolveAnswer = this.resolveAnswer;
      this.open = false;
      this.resolveAnswer = null;
      modalFocus.close(this);
      resolveAnswer?.(pin);
    },
    draw(): void {
      this.dots = [0, 1, 2, 3].map((i) => ({ x: i * 60, color: i < this.pin.length ? theme.text : theme.edge }));
      if (this.hasFocus)
        updateScreen(pageOf(this), { focus: `${this.title}: ${ref(this, 'keyboard').label()}`, text: this.text });
    },
    enterKey(id: string): void {
      this.pin = applyKey(this.pin, id, PIN_LENGTH);
      this.draw();
      if (this.pin.length === PIN_LENGTH) this.answer(this.pin);
    },
    moveFocus(to: Direction): void {
      ref(this, 'keyboard').move(to);
      this.draw();
    },
  },
  input: {
    up() {
      this.moveFocus('up');
    },
    down() {
      this.moveFocus('down');
    },
    left() {
      this.moveFocus('left');
    },
    right() {
      this.moveFocus('right');
    },
    enter() {
      this.enterKey(ref(this, 'keyboard').id());
    },
    back() {
      this.answer(null);
    },
    any(e: KeyboardEvent) {
      if (/^[0-9]$/.test(e.key)) this.enterKey(e.key);
    },
  },
});
