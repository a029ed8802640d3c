// The home page: a featured title with its backdrop, and rows of titles. When the focus is in the rows, the backdrop
// follows it with a delay.
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import { pictureForShape, imageVariant } from '../api/imageVariants';
import type { Hero as HeroCard, Home } from '../../../web_ui/shared/viewerApi';
import { isCard, withSeeAllLink, type Item } from '../focus/rowItems';
import ChoiceDialog from '../components/ChoiceDialog';
import { itemCaption, withRowTitle, pathOf, stripMarkdown, playbackId } from '../components/itemText';
import { chooseProfile } from '../components/chooseProfile';
import Hero from '../components/Hero';
import PinDialog from '../components/PinDialog';
import Notice from '../components/Notice';
import { ref } from '../components/refs';
import PillRow, { type PillSpec } from '../components/PillRow';
import Shelf from '../components/Shelf';
import Skeleton from '../components/Skeleton';
import TopBar, { destinations } from '../components/TopBar';
import { exitApp } from '../platform';
import { updateScreen } from '../screenState';
import { session } from '../session';
import { t } from '../i18n/index';

const PICTURE_DELAY_MS = 220;

export default Blits.Component('HomePage', {
  components: { TopBar, Hero, PillRow, Shelf, ChoiceDialog, PinDialog, Notice, Skeleton },
  template: `
    <Element w="1920" h="1080">
      <Hero
        :picture="$src" :title="$title" :overline="$overline" :meta="$meta" :text="$text" lines="2" :shown="$ready"
      />
      <TopBar ref="bar" currentPage="home" :alpha.transition="{value: $topBarAlpha, duration: 160}" />
      <PillRow ref="pills" x="96" y="500" :alpha="$pillsAlpha" />
      <Shelf ref="shelf" captions="true" :y.transition="{value: $shelfY, duration: 160, easing: 'ease-out'}" />
      <Skeleton ref="skeleton" y="604" :show="$isLoading" />
      <Notice ref="notice" backdropAlpha="0" />
      <ChoiceDialog ref="chooser" />
      <PinDialog ref="pin" />
    </Element>
  `,
  state() {
    return {
      zone: 'shelf',
      tab: 0,
      pill: 0,
      isLoading: true,
      ready: false,
      loadedRevision: -1,
      asksProfile: false,
      hero: [] as HeroCard[],
      src: '',
      title: '',
      overline: '',
      meta: '',
      text: '',
      topBarAlpha: 1,
      pillsAlpha: 0,
      shelfY: 604,
      timer: null as ReturnType<typeof setTimeout> | null,
    };
  },
  hooks: {
    focus() {
      updateScreen(this, { route: 'home' });
      if (session.hasProfiles && !session.profileAsked) void this.askProfile();
      else if (this.asksProfile) return;
      else if (this.loadedRevision !== session.contentRevision) void this.load();
      else this.draw();
    },
  },
  methods: {
    async load(): Promise<void> {
      const isReload = this.loadedRevision >= 0;
      this.loadedRevision = session.contentRevision;
      updateScreen(this, { state: 'loading' });
      try {
        const home = await session.client.get<Home>('/api/v1/site/home');
        this.hero = home.hero ? [home.hero] : [];
        ref(this, 'shelf').setRows(
          home.rows.map((row) => withSeeAllLink(withRowTitle(row))),
          isReload,
        );
        if (!isReload) this.zone = home.hero ? 'hero' : 'shelf';
        this.isLoading = false;
        this.ready = true;
        const empty = ref(this, 'shelf').isEmpty() && home.hero === null;
        if (empty) {
          this.zone = 'bar';
          ref(this, 'notice').showMessage('clapperboard', t('home.empty'), t('home.empty.text'));
        } else ref(this, 'notice').hide();
        updateScreen(this, { state: 'ready' });
        this.draw();
        this.schedulePicture();
      } catch (error) {
        await this.failed(error);
      }
    },
    /** Once after the start, if several people share the account. Without an answer the profile stays. */
    async askProfile(): Promise<void> {
      session.profileAsked = true;
      this.asksProfile = true;
      updateScreen(this, { state: 'ready' });
      await chooseProfile({ chooser: ref(this, 'chooser'), pin: ref(this, 'pin') }).catch(() => false);
      this.asksProfile = false;
      if (this.loadedRevision !== session.contentRevision) await this.load();
      else this.draw();
    },
    async failed(error: unknown): Promise<void> {
      const problem = asProblem(error);
      this.isLoading = false;
      this.loadedRevision = -1;
      if (problem.status === 401) {
        this.$router.to('/pair');
        return;
      }
      if (!(await ref(this, 'notice').showProblem(problem))) await this.confirmExit();
      else {
        this.isLoading = true;
        void this.load();
      }
    },
    draw(): void {
      const zone: string = this.zone;
      ref(this, 'bar').focusOn(zone === 'bar' ? this.tab : -1);
      ref(this, 'shelf').activate(zone === 'shelf');
      ref(this, 'pills').set(this.buttons(), zone === 'hero' ? this.pill : -1);
      this.pillsAlpha = this.hero.length > 0 && zone !== 'shelf' ? 1 : 0;
      this.shelfY = this.hero.length > 0 && zone !== 'shelf' ? 628 : 604;
      this.topBarAlpha = zone !== 'shelf' || ref(this, 'shelf').atTop() ? 1 : 0;
      const pills: PillSpec[] = this.buttons();
      const tab = destinations()[this.tab];
      const focus =
        zone === 'bar' && tab
          ? t(tab.word)
          : zone === 'hero'
            ? `${pills[this.pill]?.label}: ${this.hero[0]?.title}`
            : ref(this, 'shelf').label();
      updateScreen(this, { focus });
    },
    buttons(): PillSpec[] {
      return [
        { id: 'play', label: t('play'), icon: 'play', primary: true },
        { id: 'more', label: t('more'), icon: 'info' },
      ];
    },
    /** Delayed, so that fast scrolling loads no backdrops. */
    schedulePicture(): void {
      if (this.timer !== null) this.$clearTimeout(this.timer);
      this.timer = this.$setTimeout(() => this.showDetails(), PICTURE_DELAY_MS);
    },
    showDetails(): void {
      const inShelf = this.zone === 'shelf' || this.hero.length === 0;
      const item: Item | null = inShelf ? ref(this, 'shelf').current() : (this.hero[0] ?? null);
      if (item === null) return;
      const card = isCard(item) ? item : null;
      const picture = card ? imageVariant(pictureForShape(card, 'backdrop'), 1280) : '';
      this.src = picture === '' ? '' : session.client.url(picture);
      const subtitle = card?.subtitle ?? '';
      // For a link, show the listing's name as the title.
      const link = item.type === 'link';
      this.title = link ? item.note : item.title;
      this.overline = session.site?.organization.name === subtitle ? '' : subtitle;
      this.meta = card ? itemCaption(card) : link ? item.title : '';
      this.text = card && 'synopsis' in card ? stripMarkdown((card as HeroCard).synopsis) : '';
    },
    enterZone(zone: string): void {
      this.zone = zone;
      this.draw();
      this.schedulePicture();
    },
    moveHorizontally(to: 'left' | 'right'): void {
      const by = to === 'left' ? -1 : 1;
      if (this.zone === 'bar') this.tab = Math.max(0, Math.min(destinations().length - 1, this.tab + by));
      else if (this.zone === 'hero') this.pill = Math.max(0, Math.min(1, this.pill + by));
      else if (!ref(this, 'shelf').move(to)) return;
      this.draw();
      if (this.zone === 'shelf') this.schedulePicture();
    },
    up(): void {
      if (this.zone === 'shelf' && ref(this, 'shelf').move('up')) this.enterZone('shelf');
      else if (this.zone === 'shelf' && this.hero.length > 0) this.enterZone('hero');
      else if (this.zone !== 'bar') this.enterZone('bar');
    },
    down(): void {
      const empty: boolean = ref(this, 'shelf').isEmpty();
      if (this.zone === 'bar' && this.hero.length > 0) this.enterZone('hero');
      else if (this.zone === 'shelf') {
        if (ref(this, 'shelf').move('down')) this.enterZone('shelf');
      } else if (!empty) this.enterZone('shelf');
    },
    activate(): void {
      const item: Item | null = this.zone === 'hero' ? null : ref(this, 'shelf').current();
      const [hero] = this.hero as HeroCard[];
      if (this.zone === 'bar') {
        const destination = destinations()[this.tab];
        if (destination && destination.id !== 'home') this.$router.to(destination.path);
        else this.down();
      } else if (item) this.$router.to(pathOf(item));
      else if (hero) this.$router.to(this.pill === 0 ? `/watch/${playbackId(hero)}` : pathOf(hero));
    },
    play(): void {
      const card: Item | null = this.zone === 'hero' ? (this.hero[0] ?? null) : ref(this, 'shelf').current();
      if (card && isCard(card) && this.zone !== 'bar')
        this.$router.to(card.type === 'series' ? pathOf(card) : `/watch/${playbackId(card)}`);
    },
    async confirmExit(): Promise<void> {
      const answer = await ref(this, 'chooser').prompt(t('exit.ask'), [t('stay'), t('exit')]);
      if (answer === 1) exitApp();
    },
  },
  input: {
    left() {
      this.moveHorizontally('left');
    },
    right() {
      this.moveHorizontally('right');
    },
    up() {
      this.up();
    },
    down() {
      this.down();
    },
    enter() {
      this.activate();
    },
    play() {
      this.play();
    },
    playpause() {
      this.play();
    },
    back() {
      if (this.zone === 'shelf' && !ref(this, 'shelf').atTop()) {
        ref(this, 'shelf').focusOn(0, 0);
        this.enterZone(this.hero.length > 0 ? 'hero' : 'shelf');
      } else void this.confirmExit();
    },
  },
});
