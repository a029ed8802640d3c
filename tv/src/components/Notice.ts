// A full-screen message: what happened, why, and one action. `prompt` resolves with true for the action and false for
// back.
import Blits from '@lightningjs/blits';
import type { Problem } from '../../../web_ui/shared/problem';
import { updateScreen } from '../screenState';
import { t } from '../i18n/index';
import { modalFocus, pageOf } from './modalFocus';
import Pill, { pillWidth } from './Pill';

/** Statuses for which a retry is pointless. */
const PERMANENT_STATUSES = [403, 404, 410];
type ProblemText = Pick<Problem, 'title' | 'remedy' | 'code' | 'status'>;

export default Blits.Component('Notice', {
  components: { Pill },
  template: `
    <Element w="1920" h="1080" :show="$open" z="40">
      <Element w="1920" h="1080" color="$$theme.bg" :alpha="$backdropAlpha" />
      <Element x="912" y="300" w="96" h="96" :src="$iconSrc" :color="$isError ? $$theme.danger : $$theme.muted" />
      <Text
        x="360" y="432" :content="$title" font="FigtreeStrong" :size="$$theme.size.heading" :color="$$theme.text"
        align="center" maxwidth="1200" maxlines="2" lineheight="56" @loaded="$onTitleMeasured"
      />
      <Text
        x="460" :y="$textY" :content="$text" :size="$$theme.size.text" :color="$$theme.muted" align="center"
        maxwidth="1000" maxlines="3" lineheight="42" @loaded="$onTextMeasured"
      />
      <Pill
        :show="$action !== ''" :x="960 - $width / 2" :y="$textY + $textHeight + 44" :w="$width" :label="$action" icon=""
        :focused="$focusable" primary="false"
      />
      <Text
        x="460" :y="$textY + $textHeight + 148" :content="$code" size="24" :color="$$theme.muted"
        align="center" maxwidth="1000"
      />
    </Element>
  `,
  props: ['backdropAlpha'],
  state() {
    return {
      open: false,
      icon: 'info',
      title: '',
      text: '',
      action: '',
      code: '',
      width: 200,
      textY: 508,
      textHeight: 42,
      focusable: true,
      isError: false,
      resolveAnswer: null as ((confirmed: boolean) => void) | null,
    };
  },
  computed: {
    iconSrc(): string {
      return `icons/${this.icon}.svg`;
    },
  },
  hooks: {
    /** Announce now: keys go to this dialog from here on. */
    focus() {
      this.announce();
    },
  },
  methods: {
    /** Shows a message without taking the focus: an empty page whose top bar stays usable. */
    showMessage(icon: string, title: string, text: string): void {
      this.icon = icon;
      this.isError = false;
      this.title = title;
      this.text = text;
      this.action = '';
      this.code = '';
      this.open = true;
      this.announce();
    },
    onTitleMeasured(size: { h: number }): void {
      this.textY = 432 + Math.max(56, Math.ceil(size.h)) + 20;
    },
    onTextMeasured(size: { h: number }): void {
      this.textHeight = Math.max(42, Math.ceil(size.h));
    },
    announce(): void {
      updateScreen(
        pageOf(this),
        this.resolveAnswer === null
          ? { text: this.title }
          : { focus: this.action, state: this.isError ? 'failed' : 'ready', text: this.title },
      );
    },
    hide(): void {
      this.open = false;
    },
    prompt(icon: string, title: string, text: string, action: string, code = ''): Promise<boolean> {
      this.showMessage(icon, title, text);
      this.isError = code !== '';
      this.action = action;
      this.code = code;
      this.width = pillWidth(action, '');
      modalFocus.open(this);
      return new Promise((resolve) => {
        this.resolveAnswer = resolve;
      });
    },
    /** Resolves with whether to retry. */
    async showProblem(problem: ProblemText): Promise<boolean> {
      const { title, remedy, code, status } = problem;
      const canRetry = !PERMANENT_STATUSES.includes(status);
      const words = t('error.code', { code });
      return (await this.prompt('circle-alert', title, remedy, t(canRetry ? 'retry' : 'back'), words)) && canRetry;
    },
    answer(confirmed: boolean): void {
      const resolveAnswer = this.resolveAnswer;
      if (resolveAnswer === null) return;
      this.open = false;
      this.resolveAnswer = null;
      modalFocus.close(this);
      resolveAnswer(confirmed);
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
      /** no other target */
    },
    down() {
      /** no other target */
    },
    left() {
      /** no other target */
    },
    right() {
      /** no other target */
    },
  },
});
