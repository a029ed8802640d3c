// Asks for four digits over whatever is on screen: with the arrows, or with a remote's own digits. `ask` resolves with
// them, or null for back; the question may be asked again with words about what was wrong.
import Blits from '@lightningjs/blits';
import { typed } from '../focus/letters';
import type { Direction } from '../focus/shelf';
import { part } from './part';
import { show } from '../screen';
import { PIN_LENGTH } from '../state/pin';
import { look } from '../theme';
import Keyboard from './Keyboard';
import { modal } from './modal';

export default Blits.Component('PinPad', {
  components: { Keyboard },
  template: `
    <Element w="1920" h="1080" :show="$open" color="$$look.veil" z="60">
      <Element x="560" y="120" w="800" h="840" color="$$look.raised" shader="$round">
        <Element x="376" y="44" w="48" h="48" src="icons/lock.svg" :color="$$look.muted" />
        <Text
          x="60" y="108" :content="$title" font="FigtreeStrong" :size="$$look.size.title" :color="$$look.text"
          align="center" maxwidth="680" maxlines="1" lineheight="46"
        />
        <Text
          x="60" y="168" :content="$text" :size="$$look.size.fine" :color="$words" align="center" maxwidth="680"
          maxlines="2" lineheight="32"
        />
        <Element x="292" y="256">
          <Element :for="dot in $dots" key="$dot.x" :x="$dot.x" w="36" h="36" :color="$dot.color" shader="$disc" />
        </Element>
        <Keyboard ref="pad" x="236" y="328" size="112" dark="true" />
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
      done: null as ((pin: string | null) => void) | null,
    };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: look.radius.dialog } };
    },
    disc(): object {
      return { type: 'RoundedRectangle', props: { radius: 18 } };
    },
    words(): string {
      return this.wrong ? look.danger : look.muted;
    },
  },
  hooks: {
    /** Said only now, when keys come here. */
    focus() {
      this.draw();
    },
  },
  methods: {
    ask(title: string, text: string, wrong = false): Promise<string | null> {
      this.title = title;
      this.text = text;
      this.wrong = wrong;
      this.pin = '';
      this.open = true;
      part(this, 'pad').setup('pin');
      this.draw();
      modal.take(this);
      return new Promise((resolve) => {
        this.done = resolve;
      });
    },
    answer(pin: string | null): void {
      const { done } = this;
      this.open = false;
      this.done = null;
      modal.release(this);
      done?.(pin);
    },
    draw(): void {
      this.dots = [0, 1, 2, 3].map((i) => ({ x: i * 60, color: i < this.pin.length ? look.text : look.edge }));
      if (this.hasFocus) show({ focus: `${this.title}: ${part(this, 'pad').label()}`, text: this.text });
    },
    type(id: string): void {
      this.pin = typed(this.pin, id, PIN_LENGTH);
      this.draw();
      if (this.pin.length === PIN_LENGTH) this.answer(this.pin);
    },
    go(to: Direction): void {
      part(this, 'pad').move(to);
      this.draw();
    },
  },
  input: {
    up() {
      this.go('up');
    },
    down() {
      this.go('down');
    },
    left() {
      this.go('left');
    },
    right() {
      this.go('right');
    },
    enter() {
      this.type(part(this, 'pad').id());
    },
    back() {
      this.answer(null);
    },
    any(e: KeyboardEvent) {
      if (/^[0-9]$/.test(e.key)) this.type(e.key);
    },
  },
});
