// The film behind the canvas, and its controls over it. Before a title above the parental limit plays, the PIN is asked
// for here, so that no way leads around it.
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import type { Card, Title } from '../api/types';
import { held } from '../keys/held';
import type { Key } from '../keys/tables';
import { playId } from '../parts/facts';
import Loading from '../parts/Loading';
import Menu from '../parts/Menu';
import { modal } from '../parts/modal';
import Notice from '../parts/Notice';
import { part } from '../parts/part';
import Pills from '../parts/Pills';
import PinPad from '../parts/PinPad';
import Steady from '../parts/Steady';
import Timeline from '../parts/Timeline';
import { Deck } from '../player/deck';
import { closeEngine, openEngine } from '../player/engine';
import type { Engine } from '../player/types';
import { show } from '../screen';
import { session } from '../session';
import { look } from '../theme';
import { clock, t } from '../words/words';

const TICK_MS = 250;

/** Boxed, so that Blits leaves it alone. */
class Film {
  title: Title | null = null;
  deck: Deck | null = null;
  gone = false;
  /** The engine goes on speaking while it closes; nobody listens then. */
  readonly closed = new AbortController();
}

export default Blits.Component('WatchPage', {
  components: { Loading, Menu, Notice, Pills, PinPad, Steady, Timeline },
  template: `
    <Element w="1920" h="1080">
      <Element :alpha.transition="{value: $shown ? 1 : 0, duration: 160, easing: 'ease-out'}">
        <Element y="400" w="1920" h="380" color="$shade" />
        <Element y="780" w="1920" h="300" color="$$look.veil" />
        <Text
          x="96" y="676" :content="$over" :size="$$look.size.fine" :color="$$look.text" maxwidth="1400" maxlines="1"
          :alpha="$scrubbing ? 0 : 1"
        />
        <Text
          x="96" y="712" :content="$title" font="FigtreeStrong" :size="$$look.size.heading" :color="$$look.text"
          maxwidth="1500" maxlines="1" :alpha="$scrubbing ? 0 : 1"
        />
        <Timeline
          ref="line" x="96" y="824" :played="$played" :loaded="$loaded" :mark="$mark" :focused="$onBar"
          :scrubbing="$scrubbing"
          :time="$markTime"
        />
        <Steady x="96" y="848" :words="$now" side="left" wide="400" />
        <Steady x="1424" y="848" :words="$total" side="right" wide="400" />
        <Pills ref="pills" x="96" y="920" />
      </Element>
      <Element :show="$upNext !== ''" x="1304" y="560" w="520" h="104" color="$$look.glass" shader="$round">
        <Text
          x="28" y="14" :content="$upNext" :size="$$look.size.fine" :color="$$look.muted" maxwidth="460" maxlines="1"
        />
        <Text
          x="28" y="50" :content="$nextTitle" font="FigtreeStrong" :size="$$look.size.text" :color="$$look.text"
          maxwidth="460" maxlines="1"
        />
      </Element>
      <Element :show="$banner !== ''" x="360" y="54" w="1200" h="76" color="$$look.veil" shader="$round">
        <Text
          x="40" y="20" :content="$banner" :size="$$look.size.text" :color="$$look.text" align="center"
          maxwidth="1120" maxlines="1"
        />
      </Element>
      <Loading :on="$busy" :step="$step" />
      <Menu ref="menu" />
      <Notice ref="notice" cover="1" />
      <PinPad ref="pin" />
    </Element>
  `,
  props: ['id', 'from'],
  state() {
    return {
      film: new Film(),
      shown: false,
      over: '',
      title: '',
      played: 0,
      loaded: 0,
      mark: 0,
      onBar: false,
      scrubbing: false,
      markTime: '',
      now: '',
      total: '',
      upNext: '',
      nextTitle: '',
      banner: '',
      busy: true,
      step: 0,
      wanted: -1,
      spoken: false,
    };
  },
  computed: {
    shade(): object {
      return { top: look.clear, bottom: look.veil };
    },
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: look.radius.card } };
    },
  },
  hooks: {
    ready() {
      this.$emit('picture', 1);
      this.$setInterval(() => this.tick(), TICK_MS);
      void this.begin();
    },
    focus() {
      show({ route: 'watch' });
      modal.regain(this);
    },
    destroy() {
      const film: Film = this.film;
      film.gone = true;
      film.closed.abort();
      if (film.deck) closeEngine(film.deck.engine);
      session.changes++;
      this.$emit('picture', -1);
    },
  },
  methods: {
    async begin(): Promise<void> {
      const film: Film = this.film;
      show({ state: 'loading', focus: t('loading') });
      // What is played need not be a title; then it has no age and nothing comes next.
      film.title = await session.client.get<Title>(`/api/v1/site/titles/${this.id}`).catch(() => null);
      if (film.gone || !(await this.allowed(film.title))) return;
      try {
        const engine = await openEngine();
        if (film.gone) return closeEngine(engine);
        film.deck = new Deck(engine, {
          leave: () => this.leave(),
          next: () => this.next(),
          hasNext: () => this.nextCard() !== null || !!engine.config?.next,
        });
        this.listen(engine);
        await engine.load(session.client.url(`/api/v1/playback/${this.id}`));
        if (film.gone) return;
        if (this.from === '0') engine.seek(0);
        await engine.play();
      } catch (error) {
        if (!film.gone && film.deck?.engine.error === null) await this.failed(asProblem(error));
      }
    },
    async allowed(title: Title | null): Promise<boolean> {
      if (title === null || !session.guard.asks(title.age_rating)) return true;
      const text = t('pin.text', { title: title.title, age: title.age_rating ?? 0 });
      this.busy = false;
      let wrong = '';
      for (;;) {
        const pin: string | null = await part(this, 'pin').ask(
          t('pin.title'),
          wrong === '' ? text : wrong,
          wrong !== '',
        );
        if (pin === null) {
          this.leave();
          return false;
        }
        const check = session.guard.check(pin);
        if (check === 'right') break;
        wrong = t(check === 'locked' ? 'pin.locked' : 'pin.wrong');
      }
      session.guard.unlock();
      this.busy = true;
      return true;
    },
    listen(engine: Engine): void {
      const { signal } = (this.film as Film).closed;
      const on = (type: string, hear: (event: Event) => void): void => engine.addEventListener(type, hear, { signal });
      on('state', () => this.draw());
      on('config', () => this.prepare(engine));
      on('tracks', () => this.speak(engine));
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
      // A television that turns to something else must not go on playing.
      document.addEventListener('visibilitychange', () => document.hidden && engine.pause(), { signal });
    },
    prepare(engine: Engine): void {
      const { config } = engine;
      // What comes next plays as it was made: the speed was this film's.
      if ((engine.speed ?? 1) !== 1) engine.setSpeed?.(1);
      this.title = config?.title ?? (this.film as Film).title?.title ?? '';
      this.over = config?.subtitle ?? '';
      this.nextTitle = this.nextCard()?.title ?? config?.next?.title ?? '';
      show({ text: this.title });
    },
    /** The subtitles chosen in the settings, once per film. */
    speak(engine: Engine): void {
      const { captions } = session.preferences;
      if (captions === null || this.spoken) return;
      const track = engine.texts().find((x) => x.language.slice(0, 2) === captions);
      if (captions !== 'off' && !track) return;
      engine.setText(track?.id ?? null);
      this.spoken = true;
    },
    nextCard(): Card | null {
      const next = (this.film as Film).title?.next ?? null;
      return next?.playable ? next : null;
    },
    next(): void {
      const card: Card | null = this.nextCard();
      const film: Film = this.film;
      if (film.gone) return;
      if (card) this.$router.to(`/watch/${playId(card)}`);
      else void film.deck?.engine.next?.();
    },
    leave(): void {
      const film: Film = this.film;
      if (film.gone) return;
      film.gone = true;
      if (this.$router.back() === false) this.$router.to('/home');
    },
    async failed(problem: { code: string; title: string; remedy: string; status: number }): Promise<void> {
      const film: Film = this.film;
      if (problem.code === 'sign_in' || problem.status === 401) {
        this.$router.to('/pair');
        return;
      }
      this.busy = false;
      if (!(await part(this, 'notice').fail(problem))) this.leave();
      else if (film.deck) await film.deck.engine.retry().catch(() => undefined);
      else void this.begin();
    },
    key(name: Key): void {
      const { deck } = this.film as Film;
      if (deck === null) {
        if (name === 'back' || name === 'stop') this.leave();
        return;
      }
      this.banner = '';
      if (this.upNext !== '' && deck.transport.zone === 'hidden' && name === 'enter') {
        this.next();
        return;
      }
      deck.press(name, held.count, performance.now());
      this.draw();
    },
    tick(): void {
      const { deck, gone } = this.film as Film;
      if (gone) return;
      if (this.busy) this.step++;
      deck?.tick(performance.now());
      if (deck) this.draw();
    },
    draw(): void {
      const { deck } = this.film as Film;
      if (deck === null || (this.film as Film).gone) return;
      const { engine, transport } = deck;
      const { start, end } = deck.range;
      const at = transport.scrub ?? deck.position;
      const share = (s: number): number => (end > start ? Math.max(0, Math.min(1, (s - start) / (end - start))) : 0);
      const { buffered } = engine.video;
      this.busy = engine.state === 'loading' || engine.state === 'buffering' || engine.state === 'idle';
      this.banner =
        engine.state === 'offline' ? t('player.offline') : this.banner === t('player.offline') ? '' : this.banner;
      this.shown = transport.zone !== 'hidden' || engine.state === 'paused';
      this.played = share(deck.position);
      this.loaded = share(buffered.length > 0 ? buffered.end(buffered.length - 1) : 0);
      this.mark = share(at);
      this.onBar = transport.zone === 'bar';
      this.scrubbing = transport.scrub !== null;
      this.markTime = clock(at - start);
      // What nobody sees is not drawn anew every second.
      if (this.shown) this.now = engine.live.isLive ? t('player.live') : clock(deck.position);
      this.total = engine.live.isLive ? '' : end > 0 ? clock(end) : '';
      part(this, 'line').chapters((engine.config?.chapters ?? []).map((c) => share(c.start)));
      this.upNext = deck.upNext === null ? '' : t('player.up_next', { seconds: deck.upNext });
      this.preview(deck, at);
      this.controls(deck);
    },
    preview(deck: Deck, at: number): void {
      if (deck.transport.scrub === null || this.wanted === at) return;
      this.wanted = at;
      void deck.engine.thumbnail(at).then(
        (tile) => {
          if (this.wanted === at && !(this.film as Film).gone) part(this, 'line').preview(tile);
        },
        () => undefined,
      );
    },
    controls(deck: Deck): void {
      const { transport, buttons } = deck;
      const specs = buttons.map((name, i) => {
        const focused = transport.zone === 'buttons' && i === transport.button;
        return { id: name, icon: deck.icon(name), label: focused || i === 0 ? deck.label(name) : '' };
      });
      part(this, 'pills').set(specs, transport.zone === 'buttons' ? transport.button : -1);
      const menu = transport.zone === 'menu' ? transport.menu : null;
      const entries = menu === null ? [] : deck.entries(menu);
      if (menu === null) part(this, 'menu').close();
      else part(this, 'menu').list(deck.label(menu), entries, transport.item);
      const name = buttons[transport.button];
      const focus =
        menu !== null
          ? `${deck.label(menu)}: ${entries[transport.item]?.label}`
          : transport.zone === 'buttons' && name
            ? deck.label(name)
            : transport.zone === 'bar'
              ? t('player.seek')
              : this.title;
      const state = deck.engine.state === 'failed' ? 'failed' : this.busy ? 'loading' : 'ready';
      show({ focus, state });
    },
  },
  input: {
    left() {
      this.key('left');
    },
    right() {
      this.key('right');
    },
    up() {
      this.key('up');
    },
    down() {
      this.key('down');
    },
    enter() {
      this.key('enter');
    },
    back() {
      this.key('back');
    },
    play() {
      this.key('play');
    },
    pause() {
      this.key('pause');
    },
    playpause() {
      this.key('playpause');
    },
    stop() {
      this.key('stop');
    },
    forward() {
      this.key('forward');
    },
    rewind() {
      this.key('rewind');
    },
    next() {
      this.key('next');
    },
    previous() {
      this.key('previous');
    },
  },
});
