// The watchlist, or all titles of a category or genre, as a grid.
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import { PagedListing } from '../api/pagedListing';
import type { TaxonomyPage } from '../../../web_ui/shared/viewerApi';
import { gridRows } from '../focus/rowItems';
import { tilesPerRow, METRICS, type Direction } from '../focus/shelfModel';
import { keyRepeat } from '../keys/keyRepeat';
import { pathOf } from '../components/itemText';
import { focusMemory } from '../components/focusMemory';
import Notice from '../components/Notice';
import { ref } from '../components/refs';
import Shelf from '../components/Shelf';
import Skeleton from '../components/Skeleton';
import TopBar, { destinations } from '../components/TopBar';
import { updateScreen } from '../screenState';
import { session } from '../session';
import { t } from '../i18n/index';

const TILES_PER_ROW = tilesPerRow(METRICS.wide);
const LISTING_PATHS: Record<string, string> = { genre: '/api/v1/site/genres/', category: '/api/v1/site/categories/' };

/** The paginated listing of a category or genre; the watchlist has one page. */
function listingFor(basePath: string | undefined, slug: string): PagedListing {
  const path = basePath === undefined ? '/api/v1/me/list' : basePath + slug;
  return new PagedListing((cursor) =>
    session.client.get<TaxonomyPage>(cursor === null ? path : `${path}?cursor=${encodeURIComponent(cursor)}`),
  );
}

export default Blits.Component('ListPage', {
  components: { TopBar, Shelf, Notice, Skeleton },
  template: `
    <Element w="1920" h="1080">
      <TopBar
        ref="bar" :currentPage="$kind ? '' : 'list'" :alpha.transition="{value: $headVisible ? 1 : 0, duration: 160}"
      />
      <Element :y.transition="{value: $headVisible ? 0 : -100, duration: 160, easing: 'ease-out'}">
        <Text
          x="96" y="164" :content="$title" font="FigtreeStrong" :size="$$theme.size.heading" :color="$$theme.text"
          maxwidth="1728" maxlines="1"
        />
        <Shelf ref="shelf" y="256" captions="true" visibleHeight="892" />
      </Element>
      <Skeleton y="256" wide="true" :show="$isLoading" />
      <Notice ref="notice" backdropAlpha="0" />
    </Element>
  `,
  props: ['kind', 'slug'],
  state() {
    return {
      zone: 'shelf',
      tab: this.kind ? 0 : destinations().findIndex(({ id }) => id === 'list'),
      title: '',
      isLoading: true,
      headVisible: true,
      loadedRevision: -1,
      /** Presses of down at the end of the list while the next page loads. */
      pendingDown: 0,
      closing: false,
      destination: [0, 0] as [number, number],
      listing: null as PagedListing | null,
    };
  },
  hooks: {
    focus() {
      updateScreen(this, { route: 'list' });
      if (this.loadedRevision !== session.contentRevision) void this.load();
      else this.draw();
    },
    destroy() {
      const key = `${this.kind}/${this.slug}`;
      const { listing } = this as { listing: PagedListing | null };
      if (this.closing || listing === null || this.isLoading) focusMemory.delete(key);
      else
        focusMemory.set(key, {
          zone: this.zone,
          pill: 0,
          position: [this.destination[0], this.destination[1]],
          count: listing.items.length,
        });
    },
  },
  methods: {
    async load(): Promise<void> {
      const isReload = this.loadedRevision >= 0;
      const remembered = focusMemory.get(`${this.kind}/${this.slug}`);
      this.loadedRevision = session.contentRevision;
      updateScreen(this, { state: 'loading' });
      const basePath = LISTING_PATHS[this.kind ?? ''];
      if (basePath === undefined && !session.site?.user) {
        this.isLoading = false;
        if (await ref(this, 'notice').prompt('user', t('list'), t('list.sign_in'), t('sign_in')))
          this.$router.to('/pair');
        else this.leave();
        return;
      }
      try {
        const listing = listingFor(basePath, this.slug ?? '');
        await listing.loadFirst((this.listing as PagedListing | null)?.items.length ?? remembered?.count);
        this.listing = listing;
        this.title = basePath === undefined ? t('list') : listing.title;
        this.isLoading = false;
        updateScreen(this, { state: 'ready', text: this.title });
        this.fillShelf(isReload);
        if (!isReload && remembered) ref(this, 'shelf').focusOn(...remembered.position);
        if (listing.items.length > 0) ref(this, 'notice').hide();
        else {
          this.zone = 'bar';
          if (basePath === undefined)
            ref(this, 'notice').showMessage('list-video', t('list.empty'), t('list.empty.text'));
          else
            ref(this, 'notice').showMessage(
              'clapperboard',
              t('browse.empty'),
              t('browse.empty.text', { title: listing.title }),
            );
        }
        this.draw();
      } catch (error) {
        this.loadedRevision = -1;
        const problem = asProblem(error);
        if (problem.status === 401) this.$router.to('/pair');
        else if (await ref(this, 'notice').showProblem(problem)) void this.load();
        else this.leave();
      }
    },
    fillShelf(keep: boolean): void {
      ref(this, 'shelf').setRows(gridRows((this.listing as PagedListing).items, 'wide'), keep);
    },
    /** Loads the next page before the focus reaches the end. */
    async loadAhead(): Promise<void> {
      const { listing } = this as { listing: PagedListing | null };
      if (listing === null) return;
      const shelf = ref(this, 'shelf');
      try {
        while ((await listing.loadMoreNear(shelf.position()[0] * TILES_PER_ROW)) && this.listing === listing) {
          this.fillShelf(true);
          while (this.pendingDown > 0 && shelf.move('down')) this.pendingDown--;
          this.draw();
        }
      } catch {
        // The next key press retries.
      }
      this.pendingDown = 0;
    },
    draw(): void {
      ref(this, 'bar').focusOn(this.zone === 'bar' ? this.tab : -1);
      ref(this, 'shelf').activate(this.zone === 'shelf');
      this.destination = ref(this, 'shelf').position();
      this.headVisible = this.zone === 'bar' || ref(this, 'shelf').atTop();
      const tab = destinations()[this.tab];
      const focus = this.zone === 'bar' && tab ? t(tab.word) : ref(this, 'shelf').label();
      if (this.hasFocus) updateScreen(this, { focus });
    },
    moveHorizontally(to: 'left' | 'right'): void {
      if (this.zone === 'bar')
        this.tab = Math.max(0, Math.min(destinations().length - 1, this.tab + (to === 'left' ? -1 : 1)));
      else ref(this, 'shelf').move(to);
      this.draw();
    },
    moveVertically(to: Direction): void {
      const shelf = ref(this, 'shelf');
      if (this.zone === 'bar') this.zone = to === 'down' && !shelf.isEmpty() ? 'shelf' : 'bar';
      else if (!shelf.move(to)) {
        if (to === 'up') this.zone = 'bar';
        // A held key queues one row at most.
        else if ((this.listing as PagedListing | null)?.hasMore)
          this.pendingDown = keyRepeat.count > 0 ? 1 : this.pendingDown + 1;
      }
      if (to === 'up') this.pendingDown = 0;
      this.draw();
      if (to === 'down') void this.loadAhead();
    },
    leave(): void {
      this.closing = true;
      if (this.$router.back() === false) this.$router.to('/home');
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
      this.moveVertically('up');
    },
    down() {
      this.moveVertically('down');
    },
    enter() {
      const item = ref(this, 'shelf').current();
      const destination = destinations()[this.tab];
      if (this.zone === 'shelf' && item) this.$router.to(pathOf(item));
      else if (this.zone === 'bar' && destination && (destination.id !== 'list' || this.kind))
        this.$router.to(destination.path);
    },
    back() {
      this.leave();
    },
  },
});
