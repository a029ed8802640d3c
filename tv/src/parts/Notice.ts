// A whole screen that says something: what happened, why, and the one thing to do about it. `tell` resolves with true
// for that one thing, false for back.
import Blits from '@lightningjs/blits';
import type { Problem } from '../api/client';
import { show } from '../screen';
import { t } from '../words/words';
import { modal } from './modal';
import Pill, { pillWidth } from './Pill';

/** Trying again changes nothing: it is not there, or not for this viewer. */
const LASTING = [403, 404, 410];
type Told = Pick<Problem, 'title' | 'remedy' | 'code' | 'status'>;

export default Blits.Component('Notice', {
  components: { Pill },
  template: `
    <Element w="1920" h="1080" :show="$open" z="40">
      <Element w="1920" h="1080" color="$$look.bg" :alpha="$cover" />
      <Element x="912" y="300" w="96" h="96" :src="$file" :color="$failing ? $$look.danger : $$look.muted" />
      <Text
        x="360" y="432" :content="$title" font="FigtreeStrong" :size="$$look.size.heading" :color="$$look.text"
        align="center" maxwidth="1200" maxlines="2" lineheight="56" @loaded="$titled"
      />
      <Text
        x="460" :y="$below" :content="$text" :size="$$look.size.text" :color="$$look.muted" align="center"
        maxwidth="1000" maxlines="3" lineheight="42" @loaded="$worded"
      />
      <Pill
        :show="$action !== ''" :x="960 - $width / 2" :y="$below + $tall + 44" :w="$width" :label="$action" icon=""
        :focused="$focusable" primary="false"
      />
      <Text
        x="460" :y="$below + $tall + 148" :content="$code" size="24" :color="$$look.muted"
        align="center" maxwidth="1000"
      />
    </Element>
  `,
  props: ['cover'],
  state() {
    return {
      open: false,
      icon: 'info',
      title: '',
      text: '',
      action: '',
      code: '',
      width: 200,
      below: 508,
      tall: 42,
      focusable: true,
      failing: false,
      done: null as ((yes: boolean) => void) | null,
    };
  },
  computed: {
    file(): string {
      return `icons/${this.icon}.svg`;
    },
  },
  hooks: {
    /** Said only now, when keys come here. */
    focus() {
      this.announce();
    },
  },
  methods: {
    /** Shows words without taking the focus: an empty page that still has its bar. */
    say(icon: string, title: string, text: string): void {
      this.icon = icon;
      this.failing = false;
      this.title = title;
      this.text = text;
      this.action = '';
      this.code = '';
      this.open = true;
      this.announce();
    },
    titled(size: { h: number }): void {
      this.below = 432 + Math.max(56, Math.ceil(size.h)) + 20;
    },
    worded(size: { h: number }): void {
      this.tall = Math.max(42, Math.ceil(size.h));
    },
    announce(): void {
      show(
        this.done === null
          ? { text: this.title }
          : { focus: this.action, state: this.failing ? 'failed' : 'ready', text: this.title },
      );
    },
    hide(): void {
      this.open = false;
    },
    tell(icon: string, title: string, text: string, action: string, code = ''): Promise<boolean> {
      this.say(icon, title, text);
      this.failing = code !== '';
      this.action = action;
      this.code = code;
      this.width = pillWidth(action, '');
      modal.take(this);
      return new Promise((resolve) => {
        this.done = resolve;
      });
    },
    /** Whether to try again. */
    async fail(problem: Told): Promise<boolean> {
      const { title, remedy, code, status } = problem;
      const again = !LASTING.includes(status);
      const words = t('error.code', { code });
      return (await this.tell('circle-alert', title, remedy, t(again ? 'retry' : 'back'), words)) && again;
    },
    answer(yes: boolean): void {
      const { done } = this;
      if (done === null) return;
      this.open = false;
      this.done = null;
      modal.release(this);
      done?.(yes);
    },
  },
  input: {
    enter() {
      this.answer(true);
    },
    back() {
      this.answer(false);
    },
    up() {
      /* nothing else to go to */
    },
    down() {
      /* nothing else to go to */
    },
    left() {
      /* nothing else to go to */
    },
    right() {
      /* nothing else to go to */
    },
  },
});
