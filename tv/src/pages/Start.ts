// Asks for the server's address on first start. Not shown when the page is served by an OTNet server at /tv.
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import { applyKey } from '../focus/keyboardModel';
import type { Direction } from '../focus/shelfModel';
import ChoiceDialog from '../components/ChoiceDialog';
import Keyboard from '../components/Keyboard';
import { ref } from '../components/refs';
import { exitApp } from '../platform';
import { updateScreen } from '../screenState';
import { session } from '../session';
import { candidateOrigins } from '../state/serverAddress';
import { theme } from '../theme';
import { t } from '../i18n/index';

export default Blits.Component('StartPage', {
  components: { Keyboard, ChoiceDialog },
  template: `
    <Element w="1920" h="1080">
      <Element :for="bar in $bars" key="$bar.x" :x="$bar.x" y="72" w="40" h="8" :color="$bar.color" />
      <Text
        x="96" y="118" content="$heading" font="FigtreeStrong" :size="$$theme.size.display" :color="$$theme.text"
        maxwidth="1500"
      />
      <Text
        x="96" y="206" content="$intro" :size="$$theme.size.text" :color="$$theme.muted" maxwidth="1300" maxlines="2"
        lineheight="36"
      />
      <Element x="96" y="306" w="1172" h="96" color="$$theme.panel" shader="$round">
        <Element x="28" y="28" w="40" h="40" src="icons/server.svg" color="$$theme.muted" />
        <Text
          x="92" y="23" :content="$address + '|'" :size="$$theme.size.title" :color="$$theme.text" maxwidth="1050"
          maxlines="1" lineheight="50"
        />
      </Element>
      <Keyboard ref="keys" x="96" y="436" size="118" />
      <Text
        x="1380" y="316" :content="$message" :size="$$theme.size.fine" :color="$textColor" maxwidth="444" maxlines="12"
        lineheight="36"
      />
      <ChoiceDialog ref="chooser" />
    </Element>
  `,
  state() {
    return {
      heading: t('start.title'),
      intro: t('start.text'),
      address: '',
      message: '',
      isError: false,
      busy: false,
      bars: theme.bars.map((color, i) => ({ x: 96 + i * 40, color })),
    };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: 12 } };
    },
    textColor(): string {
      return this.isError ? theme.danger : theme.muted;
    },
  },
  hooks: {
    ready() {
      ref(this, 'keys').setup('address');
      this.draw();
    },
    focus() {
      updateScreen(this, { route: 'start', state: 'ready' });
      this.draw();
    },
  },
  methods: {
    draw(): void {
      updateScreen(this, { focus: ref(this, 'keys').label(), text: this.message === '' ? this.address : this.message });
    },
    type(id: string): void {
      if (this.busy) return;
      if (id === 'done') void this.connect();
      else {
        this.address = applyKey(this.address, id);
        this.showMessage('', false);
      }
    },
    showMessage(message: string, isError: boolean): void {
      this.message = message;
      this.isError = isError;
      this.draw();
    },
    async connect(): Promise<void> {
      const origins = candidateOrigins(this.address);
      if (origins.length === 0) return this.showMessage(t('start.invalid'), true);
      this.busy = true;
      updateScreen(this, { state: 'loading' });
      let isServer = false;
      for (const origin of origins) {
        this.showMessage(t('start.connecting', { address: origin }), false);
        isServer = await session.connect(origin).then(
          () => true,
          (error: unknown) => {
            // A private server answers 401: it exists and requires signing in.
            const reachable = asProblem(error).status === 401;
            if (reachable) session.store.set('server', origin);
            return reachable;
          },
        );
        if (isServer) break;
      }
      this.busy = false;
      updateScreen(this, { state: 'ready' });
      if (isServer) this.$router.to(session.site === null ? '/pair' : '/home');
      else this.showMessage(t('start.not_found', { address: this.address }), true);
    },
    moveFocus(to: Direction): void {
      ref(this, 'keys').move(to);
      this.draw();
    },
  },
  input: {
    left() {
      this.moveFocus('left');
    },
    right() {
      this.moveFocus('right');
    },
    up() {
      this.moveFocus('up');
    },
    down() {
      this.moveFocus('down');
    },
    enter() {
      this.type(ref(this, 'keys').id());
    },
    async back(e: KeyboardEvent) {
      if (e.key === 'Backspace' && this.address !== '') this.type('delete');
      else if ((await ref(this, 'chooser').prompt(t('exit.ask'), [t('exit'), t('stay')])) === 0) exitApp();
    },
    any(e: KeyboardEvent) {
      if ([...e.key].length !== 1 || e.key === ' ' || e.ctrlKey || e.metaKey) return;
      // With a hardware keyboard, Enter submits the address.
      ref(this, 'keys').focusOn('done');
      this.type(e.key);
    },
  },
});
