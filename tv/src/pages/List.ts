// What the viewer wants to watch, or all of a category or genre, as a grid.
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import type { Card, Row } from '../api/types';
import { grid } from '../focus/shelf';
import { pathOf } from '../parts/facts';
import Notice from '../parts/Notice';
import { part } from '../parts/part';
import Shelf from '../parts/Shelf';
import Skeleton from '../parts/Skeleton';
import TopBar, { PLACES } from '../parts/TopBar';
import { show } from '../screen';
import { session } from '../session';
import { t } from '../words/words';

const SOURCES: Record<string, string> = { genre: '/api/v1/site/genres/', category: '/api/v1/site/categories/' };

export default Blits.Component('ListPage', {
  components: { TopBar, Shelf, Notice, Skeleton },
  template: `
    <Element w="1920" h="1080">
      <TopBar ref="bar" here="list" />
      <Text x="96" y="164" :content="$title" font="FigtreeStrong" :size="$$look.size.heading" :color="$$look.text" />
      <Shelf ref="shelf" y="256" captions="true" />
      <Skeleton y="180" :show="$waiting" />
      <Notice ref="notice" cover="0" />
    </Element>
  `,
  props: ['kind', 'slug'],
  state() {
    return { zone: 'shelf', tab: 2, title: '', waiting: true, seen: -1 };
  },
  hooks: {
    focus() {
      show({ route: 'list' });
      if (this.seen !== session.changes) void this.load();
      else this.draw();
    },
  },
  methods: {
    async load(): Promise<void> {
      const again = this.seen >= 0;
      this.seen = session.changes;
      show({ state: 'loading' });
      const source = SOURCES[this.kind ?? ''];
      this.title = t('list');
      if (source === undefined && !session.site?.user) {
        this.waiting = false;
        this.title = '';
        if (await part(this, 'notice').tell('user', t('list'), t('list.sign_in'), t('sign_in')))
          this.$router.to('/pair');
        else this.$router.back();
        return;
      }
      try {
        const found = await session.client.get<{ title?: string; items: Card[] }>(
          source ? source + this.slug : '/api/v1/me/list',
        );
        this.title = found.title ?? t('list');
        const rows = grid(found.items, 'still').map((items, i): Row => ({
          id: String(i),
          title: '',
          kind: 'list',
          shape: 'still',
          items,
          href: null,
        }));
        this.waiting = false;
        part(this, 'shelf').setRows(rows, again);
        if (rows.length > 0) part(this, 'notice').hide();
        else {
          part(this, 'notice').say('list-video', t('list.empty'), t('list.empty.text'));
          this.zone = 'bar';
        }
        show({ state: 'ready' });
        this.draw();
      } catch (error) {
        this.seen = -1;
        if (await part(this, 'notice').fail(asProblem(error))) void this.load();
        else this.$router.back();
      }
    },
    draw(): void {
      part(this, 'bar').focusOn(this.zone === 'bar' ? this.tab : -1);
      part(this, 'shelf').activate(this.zone === 'shelf');
      const tab = PLACES[this.tab];
      show({ focus: this.zone === 'bar' && tab ? t(tab.word) : part(this, 'shelf').label() });
    },
    side(to: 'left' | 'right'): void {
      if (this.zone === 'bar') this.tab = Math.max(0, Math.min(PLACES.length - 1, this.tab + (to === 'left' ? -1 : 1)));
      else part(this, 'shelf').move(to);
      this.draw();
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
      if (this.zone === 'shelf' && !part(this, 'shelf').move('up')) this.zone = 'bar';
      this.draw();
    },
    down() {
      if (this.zone === 'shelf') part(this, 'shelf').move('down');
      else if (!part(this, 'shelf').isEmpty()) this.zone = 'shelf';
      this.draw();
    },
    enter() {
      const card: Card | null = part(this, 'shelf').current();
      const place = PLACES[this.tab];
      if (this.zone === 'shelf' && card) this.$router.to(pathOf(card));
      else if (this.zone === 'bar' && place?.id === 'home') this.$router.back();
      else if (this.zone === 'bar' && place && place.id !== 'list') this.$router.to(place.path);
    },
  },
});
