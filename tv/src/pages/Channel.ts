// A channel in full screen. Up, down, the channel keys and digits change the channel; the configurations of the
// neighbours are requested ahead. The parental lock is checked for what is on, also when the program changes.
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import type { ChannelCard, ChannelList, TitlePage } from '../../../web_ui/shared/viewerApi';
import ChannelBanner from '../components/ChannelBanner';
import LoadingBars from '../components/LoadingBars';
import { modalFocus } from '../components/modalFocus';
import Notice from '../components/Notice';
import type { PillSpec } from '../components/PillRow';
import PinDialog from '../components/PinDialog';
import { ref } from '../components/refs';
import { unlockWithPin } from '../components/unlockWithPin';
import type { Key } from '../keys/keyMaps';
import { ChannelSelector } from '../live/ChannelSelector';
import { channelLine, nowAndNext, spokenLine } from '../live/channelLine';
import { lastChannel } from '../live/lastChannel';
import { playFromStart } from '../live/playFromStart';
import { MAX_AGE_MS, PrefetchedConfigs } from '../live/PrefetchedConfigs';
import { closeEngine, openEngine } from '../player/engine';
import type { Engine } from '../player/types';
import { updateScreen } from '../screenState';
import { session } from '../session';
import { theme } from '../theme';
import { t } from '../i18n/index';

const TICK_MS = 100;
const BANNER_MS = 5000;
const REFRESH_MS = 60_000;
/** After the end of a program or of a live stream, the server needs a moment to know what follows. */
const FOLLOW_MS = 2000;
/** Later than this, the viewer watches something earlier than the present. */
const BEHIND_S = 20;

/** Boxed in a class instance so that Blits does not make it reactive. */
class Viewing {
  channels: ChannelCard[] = [];
  selector = new ChannelSelector([], 0);
  readonly configs = new PrefetchedConfigs(() => session.client.headers());
  engine: Engine | null = null;
  closed = false;
  /** Counts the channels that were tuned to: what belongs to an earlier one is dropped. */
  round = 0;
  /** The title for which the parental lock was checked last. */
  checked: string | null = null;
  refreshedAt = 0;
  bannerUntil = 0;
  readonly listeners = new AbortController();

  get channel(): ChannelCard | null {
    return this.channels[this.selector.index] ?? null;
  }
}

export default Blits.Component('ChannelPage', {
  components: { ChannelBanner, LoadingBars, Notice, PinDialog },
  template: `
    <Element w="1920" h="1080">
      <ChannelBanner ref="banner" :shown="$shown" />
      <Element :show="$digits !== ''" x="1624" y="54" w="200" h="108" color="$$theme.veil" shader="$round">
        <Text
          x="20" y="18" :content="$digits" font="FigtreeStrong" :size="$$theme.size.display" :color="$$theme.text"
          align="center" maxwidth="160" maxlines="1" lineheight="72"
        />
      </Element>
      <Element :show="$message !== ''" x="260" y="54" w="1300" h="116" color="$$theme.veil" shader="$round">
        <Text
          x="40" y="18" :content="$message" :size="$$theme.size.text" :color="$$theme.text" align="center"
          maxwidth="1220" maxlines="2" lineheight="40"
        />
      </Element>
      <LoadingBars :active="$busy" :step="$step" />
      <Notice ref="notice" backdropAlpha="1" />
      <PinDialog ref="pin" />
    </Element>
  `,
  props: ['slug', 'from'],
  state() {
    return {
      viewing: new Viewing(),
      shown: false,
      pill: -1,
      digits: '',
      message: '',
      busy: true,
      step: 0,
    };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: theme.radius.card } };
    },
  },
  hooks: {
    ready() {
      this.$emit('picture', 1);
      this.$setInterval(() => this.tick(), TICK_MS);
      this.$setInterval(() => void this.refresh(), REFRESH_MS);
      this.$setInterval(() => this.prefetch(), MAX_AGE_MS / 2);
      void this.start();
    },
    focus() {
      updateScreen(this, { route: 'channel' });
      modalFocus.refocus(this);
    },
    destroy() {
      const viewing: Viewing = this.viewing;
      viewing.closed = true;
      viewing.listeners.abort();
      if (viewing.engine) closeEngine(viewing.engine);
      this.$emit('picture', -1);
    },
  },
  methods: {
    async start(): Promise<void> {
      const viewing: Viewing = this.viewing;
      updateScreen(this, { state: 'loading', focus: t('loading') });
      try {
        viewing.channels = (await session.client.get<ChannelList>('/api/v1/channels')).items;
        const index = viewing.channels.findIndex(({ slug }) => slug === this.slug);
        if (viewing.closed) return;
        if (index < 0) return this.leave();
        viewing.selector = new ChannelSelector(
          viewing.channels.map(({ number }) => number),
          index,
        );
        viewing.refreshedAt = Date.now();
        const engine = await openEngine({ fetchConfig: viewing.configs.fetch });
        if (viewing.closed) return closeEngine(engine);
        viewing.engine = engine;
        this.listen(engine);
        await this.tune(this.from === 'start');
      } catch (error) {
        if (viewing.closed) return;
        const problem = asProblem(error);
        this.busy = false;
        if (problem.status === 401) this.$router.to('/pair');
        else if (await ref(this, 'notice').showProblem(problem)) void this.start();
        else this.leave();
      }
    },
    /** Loads the chosen channel. */
    async tune(startOver = false): Promise<void> {
      const viewing: Viewing = this.viewing;
      const { engine, channel } = viewing;
      if (engine === null || channel === null) return;
      const round = ++viewing.round;
      lastChannel.slug = channel.slug;
      this.message = '';
      this.pill = -1;
      this.showBanner();
      try {
        if (!(await this.passParentalLock(channel))) return;
        if (viewing.closed || viewing.round !== round) return;
        await engine.load(session.client.url(channel.playback));
        // After a failed load, the engine still has the configuration of the previous channel.
        if (viewing.closed || viewing.round !== round || engine.state === 'failed') return;
        await engine.play();
        if (viewing.closed || viewing.round !== round) return;
        if (startOver) await this.startOver();
        this.prefetch();
      } catch {
        // The engine reports its own errors.
      }
    },
    prefetch(): void {
      const { closed, selector, channels, channel } = this.viewing as Viewing;
      if (closed || document.hidden || channels.length < 2) return;
      const neighbours = [channels[selector.neighbour(1)], channels[selector.neighbour(-1)]];
      const urls = neighbours.flatMap((card) => (card && card !== channel ? [session.client.url(card.playback)] : []));
      (this.viewing as Viewing).configs.keep(urls);
    },
    /** Asks for the PIN if the title that is on requires it. */
    async passParentalLock(channel: ChannelCard): Promise<boolean> {
      const viewing: Viewing = this.viewing;
      const content = nowAndNext(channel, Date.now()).now?.content ?? null;
      viewing.checked = content;
      if (content === null || session.parentalLock.limit === null) return true;
      const title = await session.client.get<TitlePage>(`/api/v1/site/titles/${content}`).catch(() => null);
      if (viewing.closed || title === null || !session.parentalLock.requiresPin(title.age_rating)) return true;
      if (viewing.channel?.id !== channel.id) return false;
      viewing.engine?.pause();
      this.busy = false;
      if (await unlockWithPin(ref(this, 'pin'), title.title, title.age_rating ?? 0)) return true;
      this.leave();
      return false;
    },
    async refresh(): Promise<void> {
      const viewing: Viewing = this.viewing;
      if (viewing.closed || document.hidden || viewing.channel === null) return;
      viewing.refreshedAt = Date.now();
      const list = await session.client.get<ChannelList>('/api/v1/channels').catch(() => null);
      const { id } = viewing.channel;
      const index = list?.items.findIndex((card) => card.id === id) ?? -1;
      if (viewing.closed || list === null || index < 0) return;
      viewing.channels = list.items;
      viewing.selector.replace(
        list.items.map(({ number }) => number),
        index,
      );
      this.draw();
    },
    listen(engine: Engine): void {
      const viewing: Viewing = this.viewing;
      const { signal } = viewing.listeners;
      const on = (type: string, listener: () => void): void => engine.addEventListener(type, listener, { signal });
      on('state', () => this.draw());
      on('error', () => {
        const { error } = engine;
        if (!error?.fatal) return;
        this.message = `${error.message} ${error.remedy}`;
        this.draw();
      });
      on('blocked', () => {
        this.message = t('player.blocked');
      });
      // Who came during a live stream has its own manifests. When they end, those of the channel are loaded.
      on('ended', () => {
        const { round } = viewing;
        this.$setTimeout(() => void this.follow(round), FOLLOW_MS);
      });
      document.addEventListener(
        'visibilitychange',
        () => {
          if (document.hidden) engine.pause();
          else void this.refresh().then(() => this.tune());
        },
        { signal },
      );
    },
    async follow(round: number): Promise<void> {
      await this.refresh();
      const viewing: Viewing = this.viewing;
      if (!viewing.closed && viewing.round === round) await this.tune();
    },
    async startOver(): Promise<void> {
      const { engine, channel } = this.viewing as Viewing;
      const entry = channel && nowAndNext(channel, Date.now()).now;
      if (engine && entry) await playFromStart(engine, Date.parse(entry.starts_at), session.client.headers());
    },
    showBanner(): void {
      (this.viewing as Viewing).bannerUntil = performance.now() + BANNER_MS;
      this.draw();
    },
    buttons(): PillSpec[] {
      const { engine, channel } = this.viewing as Viewing;
      if (engine === null || channel === null) return [];
      const paused = engine.state === 'paused';
      const pills: PillSpec[] = [
        { id: 'pause', label: t(paused ? 'player.play' : 'player.pause'), icon: paused ? 'play' : 'pause' },
      ];
      if (channel.live_since === null && nowAndNext(channel, Date.now()).now !== null)
        pills.push({ id: 'start', label: t('live.start_over'), icon: 'rotate-ccw' });
      if (engine.live.isLive && engine.live.latency > BEHIND_S)
        pills.push({ id: 'live', label: t('player.go_live'), icon: 'tv' });
      return pills;
    },
    tick(): void {
      const viewing: Viewing = this.viewing;
      const { engine, channel, selector } = viewing;
      if (viewing.closed || channel === null) return;
      if (this.busy) this.step++;
      if (modalFocus.isOpenOver(this)) return;
      if (selector.tick(performance.now())) void this.tune();
      const now = Date.now();
      const on = nowAndNext(channel, now).now;
      if (on === null && now - viewing.refreshedAt > FOLLOW_MS * 5) void this.refresh();
      // The next program has begun.
      if (on?.content && on.content !== viewing.checked && !this.busy) void this.guard(channel);
      if (this.shown && engine?.state !== 'paused' && performance.now() > viewing.bannerUntil) this.pill = -1;
      this.draw();
    },
    async guard(channel: ChannelCard): Promise<void> {
      const viewing: Viewing = this.viewing;
      const { limit } = session.parentalLock;
      if ((await this.passParentalLock(channel)) && limit !== null && !viewing.closed) await viewing.engine?.play();
    },
    draw(): void {
      const { engine, channel, selector, closed, bannerUntil } = this.viewing as Viewing;
      if (closed || channel === null) return;
      const state = engine?.state ?? 'idle';
      this.busy = ['idle', 'loading', 'buffering'].includes(state);
      this.digits = selector.digits;
      this.shown = performance.now() < bannerUntil || state === 'paused' || state === 'failed';
      const line = channelLine(channel, Date.now());
      const pills: PillSpec[] = this.buttons();
      this.pill = Math.min(this.pill, pills.length - 1);
      ref(this, 'banner').set(line, pills, this.pill);
      if (modalFocus.isOpenOver(this)) return;
      const focus = this.digits !== '' ? this.digits : (pills[this.pill]?.label ?? spokenLine(line));
      updateScreen(this, {
        focus,
        state: state === 'failed' ? 'failed' : this.busy ? 'loading' : 'ready',
        text: this.message || line.title,
      });
    },
    zap(by: 1 | -1): void {
      (this.viewing as Viewing).selector.step(by, performance.now());
      this.pill = -1;
      this.showBanner();
    },
    activate(): void {
      const { engine, selector } = this.viewing as Viewing;
      if (selector.digits !== '') selector.confirm(performance.now());
      else if (engine?.state === 'failed' || this.message !== '') void this.tune();
      else if (this.pill < 0) this.pill = 0;
      else this.press(this.buttons()[this.pill]?.id ?? '');
      this.showBanner();
    },
    press(button: string): void {
      const { engine } = this.viewing as Viewing;
      if (engine === null) return;
      if (button === 'start') void this.startOver().catch(() => undefined);
      else if (button === 'live') engine.goLive();
      else if (engine.state === 'paused') void engine.play().catch(() => undefined);
      else engine.pause();
    },
    onKey(name: Key): void {
      const { engine } = this.viewing as Viewing;
      const paused = engine?.state === 'paused';
      switch (name) {
        case 'left':
        case 'right':
          this.pill = Math.max(0, this.pill + (name === 'left' ? -1 : 1));
          break;
        case 'play':
          if (paused) this.press('pause');
          break;
        case 'pause':
          if (!paused) this.press('pause');
          break;
        case 'playpause':
          this.press('pause');
          break;
        default:
          break;
      }
      this.showBanner();
    },
    leave(): void {
      const viewing: Viewing = this.viewing;
      if (viewing.closed) return;
      viewing.closed = true;
      if (this.$router.back() === false) this.$router.to('/live');
    },
  },
  input: {
    up() {
      this.zap(1);
    },
    down() {
      this.zap(-1);
    },
    channelup() {
      this.zap(1);
    },
    channeldown() {
      this.zap(-1);
    },
    next() {
      this.zap(1);
    },
    previous() {
      this.zap(-1);
    },
    left() {
      this.onKey('left');
    },
    right() {
      this.onKey('right');
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
    enter() {
      this.activate();
    },
    any(e: KeyboardEvent) {
      if (!/^[0-9]$/.test(e.key)) return;
      (this.viewing as Viewing).selector.pressDigit(e.key, performance.now());
      this.draw();
    },
    stop() {
      this.leave();
    },
    back() {
      if (this.pill < 0) this.leave();
      else {
        this.pill = -1;
        (this.viewing as Viewing).bannerUntil = 0;
        this.draw();
      }
    },
  },
});
