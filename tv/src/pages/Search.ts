// Search as you type: keys on the left, what was found on the right.
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import type { Found } from '../api/types';
import { typed } from '../focus/letters';
import { results } from '../focus/items';
import type { Direction } from '../focus/shelf';
import { pathOf } from '../parts/facts';
import Keyboard from '../parts/Keyboard';
import Notice from '../parts/Notice';
import { part } from '../parts/part';
import Shelf from '../parts/Shelf';
import { show } from '../screen';
import { session } from '../session';
import { look } from '../theme';
import { t } from '../words/words';

const PAUSE_MS = 250;
const NOTHING: Found = { items: [], people: [], genres: [], categories: [] };
const LEFT = 616;
export const RESULTS_WIDTH = 1920 - LEFT;

export default Blits.Component('SearchPage', {
  components: { Keyboard, Shelf, Notice },
  template: `
    <Element w="1920" h="1080">
      <Element x="96" y="64" w="1728" h="84" color="$$look.panel" shader="$round">
        <Element x="28" y="22" w="40" h="40" src="icons/search.svg" color="$$look.muted" />
        <Text
          x="92" y="18" :content="$shown" :size="$$look.size.title" :color="$ink" maxwidth="1500" maxlines="1"
          lineheight="48"
        />
      </Element>
      <Keyboard ref="keys" x="96" y="196" size="92" />
      <Text
        x="712" y="196" :content="$line" :size="$$look.size.fine" :color="$$look.muted" maxwidth="1100" maxlines="1"
      />
      <Shelf ref="shelf" x="616" y="252" captions="true" width="1304" room="774" />
      <Notice ref="notice" cover="1" />
    </Element>
  `,
  state() {
    return {
      zone: 'keys',
      query: '',
      line: '',
      timer: null as ReturnType<typeof setTimeout> | null,
      running: null as AbortController | null,
    };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: 12 } };
    },
    shown(): string {
      return this.query === '' ? t('search.prompt') : this.query;
    },
    ink(): string {
      return this.query === '' ? look.muted : look.text;
    },
  },
  hooks: {
    ready() {
      part(this, 'keys').setup('search');
      part(this, 'shelf').activate(false);
      this.draw();
    },
    focus() {
      show({ route: 'search', state: 'ready' });
      this.draw();
    },
    destroy() {
      this.running?.abort();
    },
  },
  methods: {
    draw(): void {
      part(this, 'keys').activate(this.zone === 'keys');
      part(this, 'shelf').activate(this.zone === 'shelf');
      show({
        focus: this.zone === 'keys' ? part(this, 'keys').label() : part(this, 'shelf').label(),
        text: this.query,
      });
    },
    type(id: string): void {
      this.query = typed(this.query, id);
      this.draw();
      // What was found for fewer letters is no answer any more.
      this.running?.abort();
      if (this.timer !== null) this.$clearTimeout(this.timer);
      show({ state: 'loading' });
      this.timer = this.$setTimeout(() => void this.search(), PAUSE_MS);
    },
    async search(): Promise<void> {
      this.running?.abort();
      const query = this.query.trim();
      const running = new AbortController();
      this.running = running;
      try {
        const found =
          query === ''
            ? NOTHING
            : await session.client.get<Found>(`/api/v1/site/search?q=${encodeURIComponent(query)}`, running.signal);
        const rows = results(found, RESULTS_WIDTH);
        part(this, 'shelf').setRows(rows);
        this.line =
          query === ''
            ? ''
            : rows.length === 0
              ? t('search.none', { query })
              : t('search.results', { count: rows.reduce((sum, row) => sum + row.items.length, 0) });
        if (rows.length === 0) this.zone = 'keys';
        show({ state: 'ready' });
        this.draw();
      } catch (error) {
        if ((error as Error).name === 'AbortError') return;
        if (await part(this, 'notice').fail(asProblem(error))) void this.search();
      }
    },
    go(to: Direction): void {
      if (this.zone === 'keys') {
        if (!part(this, 'keys').move(to) && to === 'right' && !part(this, 'shelf').isEmpty()) this.zone = 'shelf';
      } else if (!part(this, 'shelf').move(to) && to === 'left') this.zone = 'keys';
      this.draw();
    },
  },
  input: {
    left() {
      this.go('left');
    },
    right() {
      this.go('right');
    },
    up() {
      this.go('up');
    },
    down() {
      this.go('down');
    },
    enter() {
      if (this.zone === 'keys') this.type(part(this, 'keys').id());
      else {
        const card = part(this, 'shelf').current();
        if (card) this.$router.to(pathOf(card));
      }
    },
    back(e: KeyboardEvent) {
      if (e.key === 'Backspace' && this.query !== '') this.type('delete');
      else if (this.zone === 'shelf') {
        this.zone = 'keys';
        this.draw();
      } else this.$router.back();
    },
    any(e: KeyboardEvent) {
      if ([...e.key].length === 1 && !e.ctrlKey && !e.metaKey) this.type(e.key === ' ' ? 'space' : e.key.toLowerCase());
    },
    playpause(e: KeyboardEvent) {
      if (e.key === ' ') this.type('space');
    },
  },
});
