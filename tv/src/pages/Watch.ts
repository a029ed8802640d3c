// The player: the video behind the canvas and the controls over it. The parental lock is checked here, so that no
// route bypasses it.
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import type { Card } from '../../../web_ui/shared/catalogue';
import type { TitlePage } from '../../../web_ui/shared/viewerApi';
import { keyRepeat } from '../keys/keyRepeat';
import type { Key } from '../keys/keyMaps';
import { playbackId } from '../components/itemText';
import LoadingBars from '../components/LoadingBars';
import PlayerMenu from '../components/PlayerMenu';
import { modalFocus } from '../components/modalFocus';
import Notice from '../components/Notice';
import { unlockWithPin } from '../components/unlockWithPin';
import { ref } from '../components/refs';
import PillRow from '../components/PillRow';
import PinDialog from '../components/PinDialog';
import DoubleBufferedText from '../components/DoubleBufferedText';
import SeekBar from '../components/SeekBar';
import { PlayerController } from '../player/PlayerController';
import { closeEngine, openEngine } from '../player/engine';
import type { Engine } from '../player/types';
import { updateScreen } from '../screenState';
import { session } from '../session';
import { theme } from '../theme';
import { formatClock } from '../../../web_ui/shared/time';
import { t } from '../i18n/index';

const TICK_MS = 250;

/** Boxed in a class instance so that Blits does not make it reactive. */
class CurrentPlayback {
  title: TitlePage | null = null;
  controller: PlayerController | null = null;
  closed = false;
  /** The engine still emits events while it is destroyed; this removes all listeners. */
  readonly listeners = new AbortController();
}

export default Blits.Component('WatchPage', {
  components: { LoadingBars, PlayerMenu, Notice, PillRow, PinDialog, DoubleBufferedText, SeekBar },
  template: `
    <Element w="1920" h="1080">
      <Element :alpha.transition="{value: $shown ? 1 : 0, duration: 160, easing: 'ease-out'}">
        <Element y="400" w="1920" h="380" color="$shade" />
        <Element y="780" w="1920" h="300" color="$$theme.veil" />
        <Text
          x="96" y="676" :content="$subtitle" :size="$$theme.size.fine" :color="$$theme.text" maxwidth="1400"
          maxlines="1"
          :alpha="$scrubbing ? 0 : 1"
        />
        <Text
          x="96" y="712" :content="$title" font="FigtreeStrong" :size="$$theme.size.heading" :color="$$theme.text"
          maxwidth="1500" maxlines="1" :alpha="$scrubbing ? 0 : 1"
        />
        <SeekBar
          ref="seekBar" x="96" y="824" :played="$played" :loaded="$loaded" :mark="$mark" :focused="$barFocused"
          :scrubbing="$scrubbing"
          :time="$markTime"
        />
        <DoubleBufferedText x="96" y="848" :text="$elapsed" textAlign="left" maxWidth="400" />
        <DoubleBufferedText x="1424" y="848" :text="$total" textAlign="right" maxWidth="400" />
        <PillRow ref="pills" x="96" y="920" />
      </Element>
      <Element :show="$upNext !== ''" x="1304" y="560" w="520" h="104" color="$$theme.glass" shader="$round">
        <Text
          x="28" y="14" :content="$upNext" :size="$$theme.size.fine" :color="$$theme.muted" maxwidth="460" maxlines="1"
        />
        <Text
          x="28" y="50" :content="$promptTitle" font="FigtreeStrong" :size="$$theme.size.text" :color="$$theme.text"
          maxwidth="460" maxlines="1"
        />
      </Element>
      <Element :show="$banner !== ''" x="360" y="54" w="1200" h="76" color="$$theme.veil" shader="$round">
        <Text
          x="40" y="20" :content="$banner" :size="$$theme.size.text" :color="$$theme.text" align="center"
          maxwidth="1120" maxlines="1"
        />
      </Element>
      <LoadingBars :active="$busy" :step="$step" />
      <PlayerMenu ref="menu" />
      <Notice ref="notice" backdropAlpha="1" />
      <PinDialog ref="pin" />
    </Element>
  `,
  props: ['id', 'from'],
  state() {
    return {
      playback: new CurrentPlayback(),
      shown: false,
      subtitle: '',
      title: '',
      played: 0,
      loaded: 0,
      mark: 0,
      barFocused: false,
      scrubbing: false,
      markTime: '',
      elapsed: '',
      total: '',
      upNext: '',
      promptTitle: '',
      nextTitle: '',
      banner: '',
      busy: true,
      step: 0,
      previewTime: -1,
      captionsApplied: false,
    };
  },
  computed: {
    shade(): object {
      return { top: theme.clear, bottom: theme.veil };
    },
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: theme.radius.card } };
    },
  },
  hooks: {
    ready() {
      this.$emit('picture', 1);
      this.$setInterval(() => this.tick(), TICK_MS);
      void this.start();
    },
    focus() {
      updateScreen(this, { route: 'watch' });
      modalFocus.refocus(this);
    },
    destroy() {
      const playback: CurrentPlayback = this.playback;
      playback.closed = true;
      playback.listeners.abort();
      if (playback.controller) closeEngine(playback.controller.engine);
      session.contentRevision++;
      this.$emit('picture', -1);
    },
  },
  methods: {
    async start(): Promise<void> {
      const playback: CurrentPlayback = this.playback;
      updateScreen(this, { state: 'loading', focus: t('loading') });
      // A file without a content record has no age rating and no next title.
      playback.title = await session.client.get<TitlePage>(`/api/v1/site/titles/${this.id}`).catch(() => null);
      if (playback.closed || !(await this.passParentalLock(playback.title))) return;
      try {
        const engine = await openEngine();
        if (playback.closed) return closeEngine(engine);
        playback.controller = new PlayerController(engine, {
          leave: () => this.leave(),
          next: () => this.next(),
          hasNext: () => this.nextCard() !== null || !!engine.config?.next,
        });
        this.listen(engine);
        await engine.load(session.client.url(`/api/v1/playback/${this.id}`));
        if (playback.closed) return;
        if (this.from === '0') engine.seek(0);
        await engine.play();
      } catch (error) {
        if (!playback.closed && playback.controller?.engine.error === null) await this.failed(asProblem(error));
      }
    },
    async passParentalLock(title: TitlePage | null): Promise<boolean> {
      if (title === null || !session.parentalLock.requiresPin(title.age_rating)) return true;
      this.busy = false;
      if (!(await unlockWithPin(ref(this, 'pin'), title.title, title.age_rating ?? 0))) {
        this.leave();
        return false;
      }
      this.busy = true;
      return true;
    },
    listen(engine: Engine): void {
      const { signal } = (this.playback as CurrentPlayback).listeners;
      const on = (type: string, listener: (event: Event) => void): void =>
        engine.addEventListener(type, listener, { signal });
      on('state', () => this.draw());
      on('config', () => this.showConfig(engine));
      on('tracks', () => this.applyCaptionPreference(engine));
      on('error', () => {
        const { error } = engine;
        if (error?.fatal) void this.failed({ ...error, title: error.message, status: 0 });
      });
      on('next', (event) => {
        event.preventDefault();
        this.next();
      });
      on('ended', () => {
        if (this.nextCard() !== null) this.next();
        else if (!engine.config?.next) this.leave();
      });
      on('blocked', () => {
        this.banner = t('player.blocked');
      });
      // Pause when another app comes to the foreground.
      document.addEventListener('visibilitychange', () => document.hidden && engine.pause(), { signal });
    },
    showConfig(engine: Engine): void {
      const { config } = engine;
      // The speed applies to one title only.
      if ((engine.speed ?? 1) !== 1) engine.setSpeed?.(1);
      this.title = config?.title ?? (this.playback as CurrentPlayback).title?.title ?? '';
      this.subtitle = config?.subtitle ?? '';
      this.nextTitle = this.nextCard()?.title ?? config?.next?.title ?? '';
      updateScreen(this, { text: this.title });
    },
    /** Applies the caption language of the settings, once per playback. */
    applyCaptionPreference(engine: Engine): void {
      const { captions } = session.preferences;
      if (captions === null || this.captionsApplied) return;
      const track = engine.texts().find((x) => x.language.slice(0, 2) === captions);
      if (captions !== 'off' && !track) return;
      engine.setText(track?.id ?? null);
      this.captionsApplied = true;
    },
    nextCard(): Card | null {
      const next = (this.playback as CurrentPlayback).title?.next ?? null;
      return next?.playable && !next.locked ? next : null;
    },
    next(): void {
      const card: Card | null = this.nextCard();
      const playback: CurrentPlayback = this.playback;
      if (playback.closed) return;
      if (card) this.$router.to(`/watch/${playbackId(card)}`);
      else void playback.controller?.engine.next?.();
    },
    leave(): void {
      const playback: CurrentPlayback = this.playback;
      if (playback.closed) return;
      playback.closed = true;
      if (this.$router.back() === false) this.$router.to('/home');
    },
    async failed(problem: { code: string; title: string; remedy: string; status: number }): Promise<void> {
      const playback: CurrentPlayback = this.playback;
      if (problem.code === 'sign_in' || problem.status === 401) {
        this.$router.to('/pair');
        return;
      }
      this.busy = false;
      if (!(await ref(this, 'notice').showProblem(problem))) this.leave();
      else if (playback.controller) await playback.controller.engine.retry().catch(() => undefined);
      else void this.start();
    },
    onKey(name: Key): void {
      const { controller } = this.playback as CurrentPlayback;
      if (controller === null) {
        if (name === 'back' || name === 'stop') this.leave();
        return;
      }
      this.banner = '';
      if (this.upNext !== '' && controller.transport.zone === 'hidden' && name === 'enter') {
        const end = controller.skippableUntil;
        if (end === null) this.next();
        else controller.engine.seek(end);
        return;
      }
      controller.handleKey(name, keyRepeat.count, performance.now());
      this.draw();
    },
    tick(): void {
      const { controller, closed } = this.playback as CurrentPlayback;
      if (closed) return;
      if (this.busy) this.step++;
      controller?.tick(performance.now());
      if (controller) this.draw();
    },
    draw(): void {
      const { controller } = this.playback as CurrentPlayback;
      if (controller === null || (this.playback as CurrentPlayback).closed) return;
      const { engine, transport } = controller;
      const { start, end } = controller.range;
      const at = transport.scrub ?? controller.position;
      const share = (s: number): number => (end > start ? Math.max(0, Math.min(1, (s - start) / (end - start))) : 0);
      const { buffered } = engine.video;
      this.busy = engine.state === 'loading' || engine.state === 'buffering' || engine.state === 'idle';
      this.banner =
        engine.state === 'offline' ? t('player.offline') : this.banner === t('player.offline') ? '' : this.banner;
      this.shown = transport.zone !== 'hidden' || engine.state === 'paused';
      this.played = share(controller.position);
      this.loaded = share(buffered.length > 0 ? buffered.end(buffered.length - 1) : 0);
      this.mark = share(at);
      this.barFocused = transport.zone === 'bar';
      this.scrubbing = transport.scrub !== null;
      this.markTime = formatClock(at - start);
      // While the controls are hidden, the clock is not updated.
      if (this.shown) this.elapsed = engine.live.isLive ? t('player.live') : formatClock(controller.position);
      this.total = engine.live.isLive ? '' : end > 0 ? formatClock(end) : '';
      ref(this, 'seekBar').chapters((engine.config?.chapters ?? []).map((c) => share(c.start)));
      this.drawPrompt(controller);
      this.preview(controller, at);
      this.drawControls(controller);
    },
    /** The offer at the right edge: to skip the intro, or to go on to the next episode. OK accepts it. */
    drawPrompt(controller: PlayerController): void {
      const skippable = controller.skippableUntil !== null;
      const { upNext } = controller;
      if (skippable) this.upNext = t('player.press_ok');
      else this.upNext = upNext === null ? '' : t('player.up_next', { seconds: upNext });
      this.promptTitle = skippable ? t('player.skip_intro') : this.nextTitle;
    },
    preview(controller: PlayerController, at: number): void {
      if (controller.transport.scrub === null || this.previewTime === at) return;
      this.previewTime = at;
      void controller.engine.thumbnail(at).then(
        (tile) => {
          if (this.previewTime === at && !(this.playback as CurrentPlayback).closed) ref(this, 'seekBar').preview(tile);
        },
        () => undefined,
      );
    },
    drawControls(controller: PlayerController): void {
      const { transport, buttons } = controller;
      const specs = buttons.map((name, i) => {
        const focused = transport.zone === 'buttons' && i === transport.button;
        return { id: name, icon: controller.icon(name), label: focused || i === 0 ? controller.label(name) : '' };
      });
      ref(this, 'pills').set(specs, transport.zone === 'buttons' ? transport.button : -1);
      const menu = transport.zone === 'menu' ? transport.menu : null;
      const entries = menu === null ? [] : controller.menuEntries(menu);
      if (menu === null) ref(this, 'menu').close();
      else ref(this, 'menu').show(controller.label(menu), entries, transport.item);
      if (modalFocus.isOpenOver(this)) return;
      const name = buttons[transport.button];
      const focus =
        menu !== null
          ? `${controller.label(menu)}: ${entries[transport.item]?.label}`
          : transport.zone === 'buttons' && name
            ? controller.label(name)
            : transport.zone === 'bar'
              ? t('player.seek')
              : this.title;
      const state = controller.engine.state === 'failed' ? 'failed' : this.busy ? 'loading' : 'ready';
      updateScreen(this, { focus, state });
    },
  },
  input: {
    left() {
      this.onKey('left');
    },
    right() {
      this.onKey('right');
    },
    up() {
      this.onKey('up');
    },
    down() {
      this.onKey('down');
    },
    enter() {
      this.onKey('enter');
    },
    back() {
      this.onKey('back');
    },
    play() {
      this.onKey('play');
    },
    pause() {
      this.onKey('pause');
    },
    playpause() {
      this.onKey('playpause');
    },
    stop() {
      this.onKey('stop');
    },
    forward() {
      this.onKey('forward');
    },
    rewind() {
      this.onKey('rewind');
    },
    next() {
      this.onKey('next');
    },
    previous() {
      this.onKey('previous');
    },
  },
});
