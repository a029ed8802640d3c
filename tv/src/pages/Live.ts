// The channels: a list with what is on, and beside it the guide of the focused channel with start-over.
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import type { ChannelCard, ChannelList, ChannelPage, GuideEntry } from '../../../web_ui/shared/viewerApi';
import ChannelRows from '../components/ChannelRows';
import { stripMarkdown } from '../components/itemText';
import Notice from '../components/Notice';
import PillRow, { type PillSpec } from '../components/PillRow';
import { ref } from '../components/refs';
import TopBar, { destinations } from '../components/TopBar';
import { channelLine, clockTime, nowAndNext, spanLabel, spokenLine } from '../live/channelLine';
import { lastChannel } from '../live/lastChannel';
import { updateScreen } from '../screenState';
import { session } from '../session';
import { t } from '../i18n/index';

const GUIDE_DELAY_MS = 220;
const REFRESH_MS = 60_000;
const TICK_MS = 15_000;
const LISTED = 6;

/** Boxed in a class instance so that Blits does not make it reactive. */
class Loaded {
  channels: ChannelCard[] = [];
  guide: GuideEntry[] = [];
  /** The page was left: it has no state any more. */
  closed = false;
}

export default Blits.Component('LivePage', {
  components: { TopBar, ChannelRows, PillRow, Notice },
  template: `
    <Element w="1920" h="1080">
      <TopBar ref="bar" currentPage="live" />
      <ChannelRows ref="channels" x="96" y="168" />
      <Element x="1184" y="168" :alpha="$ready ? 1 : 0">
        <Text
          :content="$name" :size="$$theme.size.fine" :color="$$theme.muted" maxwidth="640" maxlines="1" lineheight="32"
        />
        <Text
          y="36" :content="$title" font="FigtreeStrong" :size="$$theme.size.title" :color="$$theme.text" maxwidth="640"
          maxlines="2" lineheight="46" @loaded="$onTitleMeasured"
        />
        <Text
          :y="$titleHeight + 52" :content="$span" :size="$$theme.size.fine" :color="$$theme.muted" maxwidth="640"
          maxlines="1"
        />
        <Text
          :y="$titleHeight + 96" :content="$text" :size="$$theme.size.fine" :color="$$theme.text" maxwidth="640"
          maxlines="4" lineheight="34"
        />
        <PillRow ref="pills" y="336" />
        <Text
          y="456" :content="$heading" font="FigtreeStrong" :size="$$theme.size.text" :color="$$theme.text"
          lineheight="40"
        />
        <Element :for="entry in $upcoming" key="$entry.slot" :y="$entry.y">
          <Text :content="$entry.time" :size="$$theme.size.fine" :color="$$theme.muted" maxwidth="120" maxlines="1" />
          <Text
            x="128" :content="$entry.title" :size="$$theme.size.fine" :color="$$theme.text" maxwidth="512" maxlines="1"
          />
        </Element>
      </Element>
      <Notice ref="notice" backdropAlpha="0" />
    </Element>
  `,
  state() {
    return {
      loaded: new Loaded(),
      zone: 'channels',
      tab: destinations().findIndex(({ id }) => id === 'live'),
      index: 0,
      pill: 0,
      ready: false,
      name: '',
      title: '',
      titleHeight: 46,
      span: '',
      text: '',
      heading: '',
      upcoming: [] as { slot: number; y: number; time: string; title: string }[],
      timer: null as ReturnType<typeof setTimeout> | null,
    };
  },
  hooks: {
    ready() {
      this.$setInterval(() => this.draw(), TICK_MS);
      this.$setInterval(() => void this.refresh(), REFRESH_MS);
    },
    focus() {
      updateScreen(this, { route: 'live' });
      if (this.ready) this.draw();
      else void this.load();
    },
    destroy() {
      (this.loaded as Loaded).closed = true;
    },
  },
  methods: {
    async load(): Promise<void> {
      updateScreen(this, { state: 'loading' });
      const loaded: Loaded = this.loaded;
      try {
        await this.readChannels();
        if (loaded.closed) return;
        const { channels } = loaded;
        this.index = Math.max(
          0,
          channels.findIndex(({ slug }) => slug === lastChannel.slug),
        );
        this.ready = channels.length > 0;
        if (this.ready) ref(this, 'notice').hide();
        else {
          this.zone = 'bar';
          ref(this, 'notice').showMessage('tv', t('live.empty'), t('live.empty.text'));
        }
        updateScreen(this, { state: 'ready', text: t('live') });
        this.draw();
        this.scheduleGuide(0);
      } catch (error) {
        if (loaded.closed) return;
        const problem = asProblem(error);
        if (problem.status === 401) this.$router.to('/pair');
        else if (await ref(this, 'notice').showProblem(problem)) void this.load();
        else this.leave();
      }
    },
    async readChannels(): Promise<void> {
      const loaded: Loaded = this.loaded;
      loaded.channels = (await session.client.get<ChannelList>('/api/v1/channels')).items;
    },
    async refresh(): Promise<void> {
      if (document.hidden || !this.ready) return;
      const focused = this.channel()?.slug;
      const loaded: Loaded = this.loaded;
      await this.readChannels().catch(() => undefined);
      if (loaded.closed) return;
      const { channels } = loaded;
      const index = channels.findIndex(({ slug }) => slug === focused);
      this.index = index >= 0 ? index : Math.max(0, Math.min(this.index, channels.length - 1));
      this.draw();
      this.scheduleGuide(0);
    },
    channel(): ChannelCard | null {
      return (this.loaded as Loaded).channels[this.index] ?? null;
    },
    /** Delayed, so that fast scrolling loads no guides. */
    scheduleGuide(delayMs: number): void {
      if (this.timer !== null) this.$clearTimeout(this.timer);
      this.timer = this.$setTimeout(() => void this.readGuide(), delayMs);
    },
    async readGuide(): Promise<void> {
      const loaded: Loaded = this.loaded;
      const channel: ChannelCard | null = this.channel();
      if (channel === null) return;
      const page = await session.client.get<ChannelPage>(`/api/v1/channels/${channel.slug}`).catch(() => null);
      if (loaded.closed || page === null || this.channel()?.slug !== channel.slug) return;
      loaded.guide = page.today;
      this.drawGuide();
    },
    buttons(): PillSpec[] {
      const channel: ChannelCard | null = this.channel();
      const watch = { id: 'watch', label: t('live.watch'), icon: 'play', primary: true };
      if (channel === null || channel.live_since !== null || nowAndNext(channel, Date.now()).now === null)
        return [watch];
      return [watch, { id: 'start', label: t('live.start_over'), icon: 'rotate-ccw' }];
    },
    draw(): void {
      const { channels } = this.loaded as Loaded;
      const channel: ChannelCard | null = this.channel();
      const pills: PillSpec[] = this.buttons();
      this.pill = Math.min(this.pill, pills.length - 1);
      ref(this, 'bar').focusOn(this.zone === 'bar' ? this.tab : -1);
      ref(this, 'channels').set(channels, this.index, this.zone === 'channels');
      ref(this, 'pills').set(pills, this.zone === 'guide' ? this.pill : -1);
      this.drawGuide();
      const tab = destinations()[this.tab];
      if (!this.hasFocus) return;
      if (this.zone === 'bar' && tab) updateScreen(this, { focus: t(tab.word) });
      else if (channel !== null) {
        const line = spokenLine(channelLine(channel, Date.now()));
        updateScreen(this, { focus: this.zone === 'guide' ? `${pills[this.pill]?.label}: ${line}` : line });
      }
    },
    drawGuide(): void {
      const channel: ChannelCard | null = this.channel();
      if (channel === null) return;
      const now = Date.now();
      const line = channelLine(channel, now);
      const on = nowAndNext(channel, now);
      const later = (this.loaded as Loaded).guide.filter((entry) => Date.parse(entry.starts_at) > now);
      const entries = later.length > 0 || on.next === null ? later : [on.next];
      this.name = `${line.number}  ${line.name}`;
      this.title = line.title;
      this.span = on.now ? spanLabel(on.now) : '';
      this.text = stripMarkdown(on.now?.description || channel.description);
      this.heading = t(entries.length > 0 ? 'live.upcoming' : 'live.later');
      this.upcoming = entries.slice(0, LISTED).map((entry, slot) => ({
        slot,
        y: 512 + slot * 52,
        time: clockTime(entry.starts_at),
        title: entry.title,
      }));
    },
    onTitleMeasured(size: { h: number }): void {
      this.titleHeight = Math.ceil(size.h);
    },
    moveVertically(by: 1 | -1): void {
      const last = (this.loaded as Loaded).channels.length - 1;
      if (this.zone === 'bar') {
        if (by === 1 && last >= 0) this.zone = 'channels';
      } else if (this.zone === 'channels') {
        const to = this.index + by;
        if (to < 0) this.zone = 'bar';
        else if (to <= last) {
          this.index = to;
          (this.loaded as Loaded).guide = [];
          this.scheduleGuide(GUIDE_DELAY_MS);
        }
      } else if (by === -1) this.zone = 'bar';
      this.draw();
    },
    moveHorizontally(by: 1 | -1): void {
      if (this.zone === 'bar') this.tab = Math.max(0, Math.min(destinations().length - 1, this.tab + by));
      else if (this.zone === 'channels') this.zone = by === 1 && this.ready ? 'guide' : 'channels';
      else if (this.pill + by < 0) this.zone = 'channels';
      else this.pill = Math.min(this.buttons().length - 1, this.pill + by);
      this.draw();
    },
    activate(): void {
      const destination = destinations()[this.tab];
      const channel: ChannelCard | null = this.channel();
      if (this.zone === 'bar') {
        if (destination && destination.id !== 'live') this.$router.to(destination.path);
        else this.moveVertically(1);
      } else if (channel !== null) {
        const startsOver = this.zone === 'guide' && this.buttons()[this.pill]?.id === 'start';
        this.$router.to(`/channel/${channel.slug}${startsOver ? '?from=start' : ''}`);
      }
    },
    leave(): void {
      if (this.$router.back() === false) this.$router.to('/home');
    },
  },
  input: {
    left() {
      this.moveHorizontally(-1);
    },
    right() {
      this.moveHorizontally(1);
    },
    up() {
      this.moveVertically(-1);
    },
    down() {
      this.moveVertically(1);
    },
    enter() {
      this.activate();
    },
    play() {
      if (this.zone !== 'bar') this.activate();
    },
    playpause() {
      if (this.zone !== 'bar') this.activate();
    },
    back() {
      if (this.zone === 'guide') {
        this.zone = 'channels';
        this.draw();
      } else this.leave();
    },
  },
});
