// The first thing a new set asks: where the server is. A page that a server serves at /tv knows, and never asks.
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import { typed } from '../focus/letters';
import type { Direction } from '../focus/shelf';
import Chooser from '../parts/Chooser';
import Keyboard from '../parts/Keyboard';
import { part } from '../parts/part';
import { exit } from '../platform';
import { show } from '../screen';
import { session } from '../session';
import { candidates } from '../state/address';
import { look } from '../theme';
import { t } from '../words/words';

export default Blits.Component('StartPage', {
  components: { Keyboard, Chooser },
  template: `
    <Element w="1920" h="1080">
      <Element :for="bar in $bars" key="$bar.x" :x="$bar.x" y="72" w="40" h="8" :color="$bar.color" />
      <Text
        x="96" y="118" content="$heading" font="FigtreeStrong" :size="$$look.size.display" :color="$$look.text"
        maxwidth="1500"
      />
      <Text
        x="96" y="206" content="$intro" :size="$$look.size.text" :color="$$look.muted" maxwidth="1300" maxlines="2"
        lineheight="36"
      />
      <Element x="96" y="306" w="1172" h="96" color="$$look.panel" shader="$round">
        <Element x="28" y="28" w="40" h="40" src="icons/server.svg" color="$$look.muted" />
        <Text
          x="92" y="23" :content="$address + '|'" :size="$$look.size.title" :color="$$look.text" maxwidth="1050"
          maxlines="1" lineheight="50"
        />
      </Element>
      <Keyboard ref="keys" x="96" y="436" size="118" />
      <Text
        x="1380" y="316" :content="$message" :size="$$look.size.fine" :color="$ink" maxwidth="444" maxlines="12"
        lineheight="36"
      />
      <Chooser ref="chooser" />
    </Element>
  `,
  state() {
    return {
      heading: t('start.title'),
      intro: t('start.text'),
      address: '',
      message: '',
      bad: false,
      busy: false,
      bars: look.bars.map((color, i) => ({ x: 96 + i * 40, color })),
    };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: 12 } };
    },
    ink(): string {
      return this.bad ? look.danger : look.muted;
    },
  },
  hooks: {
    ready() {
      part(this, 'keys').setup('address');
      this.draw();
    },
    focus() {
      show({ route: 'start', state: 'ready' });
      this.draw();
    },
  },
  methods: {
    draw(): void {
      show({ focus: part(this, 'keys').label(), text: this.message === '' ? this.address : this.message });
    },
    type(id: string): void {
      if (this.busy) return;
      if (id === 'done') void this.connect();
      else {
        this.address = typed(this.address, id);
        this.say('', false);
      }
    },
    say(message: string, bad: boolean): void {
      this.message = message;
      this.bad = bad;
      this.draw();
    },
    async connect(): Promise<void> {
      const origins = candidates(this.address);
      if (origins.length === 0) return this.say(t('start.invalid'), true);
      this.busy = true;
      show({ state: 'loading' });
      let found = false;
      for (const origin of origins) {
        this.say(t('start.connecting', { address: origin }), false);
        found = await session.connect(origin).then(
          () => true,
          (error: unknown) => {
            // A private server answers, and asks for a sign-in.
            const there = asProblem(error).status === 401;
            if (there) session.store.set('server', origin);
            return there;
          },
        );
        if (found) break;
      }
      this.busy = false;
      show({ state: 'ready' });
      if (found) this.$router.to(session.site === null ? '/pair' : '/home');
      else this.say(t('start.not_found', { address: this.address }), true);
    },
    go(to: Direction): void {
      part(this, 'keys').move(to);
      this.draw();
    },
  },
  input: {
    left() {
      this.go('left');
    },
    right() {
      this.go('right');
    },
    up() {
      this.go('up');
    },
    down() {
      this.go('down');
    },
    enter() {
      this.type(part(this, 'keys').id());
    },
    async back(e: KeyboardEvent) {
      if (e.key === 'Backspace' && this.address !== '') this.type('delete');
      else if ((await part(this, 'chooser').ask(t('exit.ask'), [t('exit'), t('stay')])) === 0) exit();
    },
    any(e: KeyboardEvent) {
      if ([...e.key].length !== 1 || e.key === ' ' || e.ctrlKey || e.metaKey) return;
      // Whoever types on a real keyboard presses Enter when the address is complete.
      part(this, 'keys').focusOn('done');
      this.type(e.key);
    },
  },
});
