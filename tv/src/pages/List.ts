// What the viewer wants to watch, or all of a category or genre, as a grid.
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import { Pages } from '../api/listing';
import type { Listing } from '../api/types';
import { rowsOf } from '../focus/items';
import { fits, METRICS, type Direction } from '../focus/shelf';
import { held } from '../keys/held';
import { pathOf } from '../parts/facts';
import { left } from '../parts/left';
import Notice from '../parts/Notice';
import { part } from '../parts/part';
import Shelf from '../parts/Shelf';
import Skeleton from '../parts/Skeleton';
import TopBar, { PLACES } from '../parts/TopBar';
import { show } from '../screen';
import { session } from '../session';
import { t } from '../words/words';

const ACROSS = fits(METRICS.wide);
const SOURCES: Record<string, string> = { genre: '/api/v1/site/genres/', category: '/api/v1/site/categories/' };

/** All pages of a category or genre; the viewer's own list has but one. */
function pagesOf(source: string | undefined, slug: string): Pages {
  const path = source === undefined ? '/api/v1/me/list' : source + slug;
  return new Pages((cursor) =>
    session.client.get<Listing>(cursor === null ? path : `${path}?cursor=${encodeURIComponent(cursor)}`),
  );
}

export default Blits.Component('ListPage', {
  components: { TopBar, Shelf, Notice, Skeleton },
  template: `
    <Element w="1920" h="1080">
      <TopBar ref="bar" :here="$kind ? '' : 'list'" :alpha.transition="{value: $top ? 1 : 0, duration: 160}" />
      <Element :y.transition="{value: $top ? 0 : -100, duration: 160, easing: 'ease-out'}">
        <Text
          x="96" y="164" :content="$title" font="FigtreeStrong" :size="$$look.size.heading" :color="$$look.text"
          maxwidth="1728" maxlines="1"
        />
        <Shelf ref="shelf" y="256" captions="true" room="892" />
      </Element>
      <Skeleton y="256" wide="true" :show="$waiting" />
      <Notice ref="notice" cover="0" />
    </Element>
  `,
  props: ['kind', 'slug'],
  state() {
    return {
      zone: 'shelf',
      tab: this.kind ? 0 : 2,
      title: '',
      waiting: true,
      top: true,
      seen: -1,
      /** How often down was pressed at the end of what is there, while more was on its way. */
      owed: 0,
      closing: false,
      place: [0, 0] as [number, number],
      pages: null as Pages | null,
    };
  },
  hooks: {
    focus() {
      show({ route: 'list' });
      if (this.seen !== session.changes) void this.load();
      else this.draw();
    },
    destroy() {
      const key = `${this.kind}/${this.slug}`;
      const { pages } = this as { pages: Pages | null };
      if (this.closing || pages === null || this.waiting) left.delete(key);
      else left.set(key, { zone: this.zone, pill: 0, at: [this.place[0], this.place[1]], count: pages.items.length });
    },
  },
  methods: {
    async load(): Promise<void> {
      const again = this.seen >= 0;
      const was = left.get(`${this.kind}/${this.slug}`);
      this.seen = session.changes;
      show({ state: 'loading' });
      const source = SOURCES[this.kind ?? ''];
      if (source === undefined && !session.site?.user) {
        this.waiting = false;
        if (await part(this, 'notice').tell('user', t('list'), t('list.sign_in'), t('sign_in')))
          this.$router.to('/pair');
        else this.leave();
        return;
      }
      try {
        const pages = pagesOf(source, this.slug ?? '');
        await pages.begin((this.pages as Pages | null)?.items.length ?? was?.count);
        this.pages = pages;
        this.title = source === undefined ? t('list') : pages.title;
        this.waiting = false;
        show({ state: 'ready', text: this.title });
        this.fill(again);
        if (!again && was) part(this, 'shelf').place(...was.at);
        if (pages.items.length > 0) part(this, 'notice').hide();
        else {
          this.zone = 'bar';
          if (source === undefined) part(this, 'notice').say('list-video', t('list.empty'), t('list.empty.text'));
          else
            part(this, 'notice').say('clapperboard', t('browse.empty'), t('browse.empty.text', { title: pages.title }));
        }
        this.draw();
      } catch (error) {
        this.seen = -1;
        const problem = asProblem(error);
        if (problem.status === 401) this.$router.to('/pair');
        else if (await part(this, 'notice').fail(problem)) void this.load();
        else this.leave();
      }
    },
    fill(keep: boolean): void {
      part(this, 'shelf').setRows(rowsOf((this.pages as Pages).items, 'wide'), keep);
    },
    /** The next page, before the focus comes to the end of this one. */
    async ahead(): Promise<void> {
      const { pages } = this as { pages: Pages | null };
      if (pages === null) return;
      const shelf = part(this, 'shelf');
      try {
        while ((await pages.near(shelf.position()[0] * ACROSS)) && this.pages === pages) {
          this.fill(true);
          while (this.owed > 0 && shelf.move('down')) this.owed--;
          this.draw();
        }
      } catch {
        // Whoever goes on asks again.
      }
      this.owed = 0;
    },
    draw(): void {
      part(this, 'bar').focusOn(this.zone === 'bar' ? this.tab : -1);
      part(this, 'shelf').activate(this.zone === 'shelf');
      this.place = part(this, 'shelf').position();
      this.top = this.zone === 'bar' || part(this, 'shelf').atTop();
      const tab = PLACES[this.tab];
      const focus = this.zone === 'bar' && tab ? t(tab.word) : part(this, 'shelf').label();
      if (this.hasFocus) show({ focus });
    },
    side(to: 'left' | 'right'): void {
      if (this.zone === 'bar') this.tab = Math.max(0, Math.min(PLACES.length - 1, this.tab + (to === 'left' ? -1 : 1)));
      else part(this, 'shelf').move(to);
      this.draw();
    },
    updown(to: Direction): void {
      const shelf = part(this, 'shelf');
      if (this.zone === 'bar') this.zone = to === 'down' && !shelf.isEmpty() ? 'shelf' : 'bar';
      else if (!shelf.move(to)) {
        if (to === 'up') this.zone = 'bar';
        // A key that is held asks for no more than one row.
        else if ((this.pages as Pages | null)?.more) this.owed = held.count > 0 ? 1 : this.owed + 1;
      }
      if (to === 'up') this.owed = 0;
      this.draw();
      if (to === 'down') void this.ahead();
    },
    leave(): void {
      this.closing = true;
      if (this.$router.back() === false) this.$router.to('/home');
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
      this.updown('up');
    },
    down() {
      this.updown('down');
    },
    enter() {
      const item = part(this, 'shelf').current();
      const place = PLACES[this.tab];
      if (this.zone === 'shelf' && item) this.$router.to(pathOf(item));
      else if (this.zone === 'bar' && place && (place.id !== 'list' || this.kind)) this.$router.to(place.path);
    },
    back() {
      this.leave();
    },
  },
});
