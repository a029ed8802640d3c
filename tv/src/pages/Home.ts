// What a viewer sees first: the studio's pick with its picture, and rows of titles under it. Once the focus is in the
// rows, the picture follows it, as soon as the viewer pauses for a moment.
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import { pictureFor, variant } from '../api/pictures';
import type { Card, Home } from '../api/types';
import { isCard, withMore, type Item } from '../focus/items';
import Chooser from '../parts/Chooser';
import { caption, named, pathOf, plain, playId } from '../parts/facts';
import Hero from '../parts/Hero';
import Notice from '../parts/Notice';
import { part } from '../parts/part';
import Pills, { type PillSpec } from '../parts/Pills';
import Shelf from '../parts/Shelf';
import Skeleton from '../parts/Skeleton';
import TopBar, { PLACES } from '../parts/TopBar';
import { exit } from '../platform';
import { show } from '../screen';
import { session } from '../session';
import { t } from '../words/words';

const FOLLOW_MS = 220;

export default Blits.Component('HomePage', {
  components: { TopBar, Hero, Pills, Shelf, Chooser, Notice, Skeleton },
  template: `
    <Element w="1920" h="1080">
      <Hero :picture="$src" :title="$title" :over="$over" :meta="$meta" :text="$text" lines="2" :shown="$ready" />
      <TopBar ref="bar" here="home" :alpha.transition="{value: $barAlpha, duration: 160}" />
      <Pills ref="pills" x="96" y="500" :alpha="$pillsAlpha" />
      <Shelf ref="shelf" :y.transition="{value: $shelfY, duration: 160, easing: 'ease-out'}" />
      <Skeleton ref="skeleton" y="604" :show="$waiting" />
      <Notice ref="notice" cover="0" />
      <Chooser ref="chooser" />
    </Element>
  `,
  state() {
    return {
      zone: 'shelf',
      tab: 0,
      pill: 0,
      waiting: true,
      ready: false,
      seen: -1,
      pick: [] as Card[],
      src: '',
      title: '',
      over: '',
      meta: '',
      text: '',
      barAlpha: 1,
      pillsAlpha: 0,
      shelfY: 604,
      timer: null as ReturnType<typeof setTimeout> | null,
    };
  },
  hooks: {
    focus() {
      show({ route: 'home' });
      if (this.seen !== session.changes) void this.load();
      else this.draw();
    },
  },
  methods: {
    async load(): Promise<void> {
      const again = this.seen >= 0;
      this.seen = session.changes;
      show({ state: 'loading' });
      try {
        const home = await session.client.get<Home>('/api/v1/site/home');
        this.pick = home.hero ? [home.hero] : [];
        part(this, 'shelf').setRows(
          home.rows.map((row) => withMore(named(row))),
          again,
        );
        if (!again) this.zone = home.hero ? 'pick' : 'shelf';
        this.waiting = false;
        this.ready = true;
        const empty = part(this, 'shelf').isEmpty() && home.hero === null;
        if (empty) {
          this.zone = 'bar';
          part(this, 'notice').say('clapperboard', t('home.empty'), t('home.empty.text'));
        } else part(this, 'notice').hide();
        show({ state: 'ready' });
        this.draw();
        this.follow();
      } catch (error) {
        await this.failed(error);
      }
    },
    async failed(error: unknown): Promise<void> {
      const problem = asProblem(error);
      this.waiting = false;
      this.seen = -1;
      if (problem.status === 401) {
        this.$router.to('/pair');
        return;
      }
      if (!(await part(this, 'notice').fail(problem))) await this.leave();
      else {
        this.waiting = true;
        void this.load();
      }
    },
    draw(): void {
      const zone: string = this.zone;
      part(this, 'bar').focusOn(zone === 'bar' ? this.tab : -1);
      part(this, 'shelf').activate(zone === 'shelf');
      part(this, 'pills').set(this.buttons(), zone === 'pick' ? this.pill : -1);
      this.pillsAlpha = this.pick.length > 0 && zone !== 'shelf' ? 1 : 0;
      this.shelfY = this.pick.length > 0 && zone !== 'shelf' ? 628 : 604;
      this.barAlpha = zone !== 'shelf' || part(this, 'shelf').atTop() ? 1 : 0;
      const pills: PillSpec[] = this.buttons();
      const tab = PLACES[this.tab];
      const focus =
        zone === 'bar' && tab
          ? t(tab.word)
          : zone === 'pick'
            ? `${pills[this.pill]?.label}: ${this.pick[0]?.title}`
            : part(this, 'shelf').label();
      show({ focus });
    },
    buttons(): PillSpec[] {
      return [
        { id: 'play', label: t('play'), icon: 'play', primary: true },
        { id: 'more', label: t('more'), icon: 'info' },
      ];
    },
    /** The picture comes after the focus, so that moving fast loads nothing. */
    follow(): void {
      if (this.timer !== null) this.$clearTimeout(this.timer);
      this.timer = this.$setTimeout(() => this.portray(), FOLLOW_MS);
    },
    portray(): void {
      const inShelf = this.zone === 'shelf' || this.pick.length === 0;
      const item: Item | null = inShelf ? part(this, 'shelf').current() : (this.pick[0] ?? null);
      if (item === null) return;
      const card = isCard(item) ? item : null;
      const picture = card ? variant(pictureFor(card, 'backdrop'), 1280) : '';
      this.src = picture === '' ? '' : session.client.url(picture);
      const subtitle = card?.subtitle ?? '';
      // Of a way to more, what it leads to is the greater word.
      const way = item.type === 'way';
      this.title = way ? item.note : item.title;
      this.over = session.site?.organization.name === subtitle ? '' : subtitle;
      this.meta = card ? caption(card) : way ? item.title : '';
      this.text = plain(card?.synopsis);
    },
    go(zone: string): void {
      this.zone = zone;
      this.draw();
      this.follow();
    },
    side(to: 'left' | 'right'): void {
      const by = to === 'left' ? -1 : 1;
      if (this.zone === 'bar') this.tab = Math.max(0, Math.min(PLACES.length - 1, this.tab + by));
      else if (this.zone === 'pick') this.pill = Math.max(0, Math.min(1, this.pill + by));
      else if (!part(this, 'shelf').move(to)) return;
      this.draw();
      if (this.zone === 'shelf') this.follow();
    },
    up(): void {
      if (this.zone === 'shelf' && part(this, 'shelf').move('up')) this.go('shelf');
      else if (this.zone === 'shelf' && this.pick.length > 0) this.go('pick');
      else if (this.zone !== 'bar') this.go('bar');
    },
    down(): void {
      const empty: boolean = part(this, 'shelf').isEmpty();
      if (this.zone === 'bar' && this.pick.length > 0) this.go('pick');
      else if (this.zone === 'shelf') {
        if (part(this, 'shelf').move('down')) this.go('shelf');
      } else if (!empty) this.go('shelf');
    },
    choose(): void {
      const item: Item | null = this.zone === 'pick' ? null : part(this, 'shelf').current();
      const [pick] = this.pick as Card[];
      if (this.zone === 'bar') {
        const place = PLACES[this.tab];
        if (place && place.id !== 'home') this.$router.to(place.path);
        else this.down();
      } else if (item) this.$router.to(pathOf(item));
      else if (pick) this.$router.to(this.pill === 0 ? `/watch/${playId(pick)}` : pathOf(pick));
    },
    play(): void {
      const card: Item | null = this.zone === 'pick' ? (this.pick[0] ?? null) : part(this, 'shelf').current();
      if (card && isCard(card) && this.zone !== 'bar')
        this.$router.to(card.type === 'series' ? pathOf(card) : `/watch/${playId(card)}`);
    },
    async leave(): Promise<void> {
      const answer = await part(this, 'chooser').ask(t('exit.ask'), [t('exit'), t('stay')]);
      if (answer === 0) exit();
    },
  },
  input: {
    left() {
      this.side('left');
    },
    right() {
      this.side('right');
    },
    up() {
      this.up();
    },
    down() {
      this.down();
    },
    enter() {
      this.choose();
    },
    play() {
      this.play();
    },
    playpause() {
      this.play();
    },
    back() {
      if (this.zone === 'shelf' && !part(this, 'shelf').atTop()) {
        part(this, 'shelf').place(0, 0);
        this.go(this.pick.length > 0 ? 'pick' : 'shelf');
      } else void this.leave();
    },
  },
});
