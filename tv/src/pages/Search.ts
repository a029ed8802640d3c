// Search as you type: keyboard on the left, results on the right.
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import type { SearchResults } from '../../../web_ui/shared/viewerApi';
import { applyKey } from '../focus/keyboardModel';
import { searchResultRows } from '../focus/rowItems';
import type { Direction } from '../focus/shelfModel';
import { pathOf } from '../components/itemText';
import Keyboard from '../components/Keyboard';
import Notice from '../components/Notice';
import { ref } from '../components/refs';
import Shelf from '../components/Shelf';
import { updateScreen } from '../screenState';
import { session } from '../session';
import { theme } from '../theme';
import { t } from '../i18n/index';

const DEBOUNCE_MS = 250;
const NO_RESULTS: SearchResults = { items: [], people: [], genres: [], categories: [] };
const RESULTS_X = 616;
export const RESULTS_WIDTH = 1920 - RESULTS_X;

export default Blits.Component('SearchPage', {
  components: { Keyboard, Shelf, Notice },
  template: `
    <Element w="1920" h="1080">
      <Element x="96" y="64" w="1728" h="84" color="$$theme.panel" shader="$round">
        <Element x="28" y="22" w="40" h="40" src="icons/search.svg" color="$$theme.muted" />
        <Text
          x="92" y="18" :content="$queryOrPrompt" :size="$$theme.size.title" :color="$textColor" maxwidth="1500"
          maxlines="1"
          lineheight="48"
        />
      </Element>
      <Keyboard ref="keys" x="96" y="196" size="92" />
      <Text
        x="712" y="196" :content="$summary" :size="$$theme.size.fine" :color="$$theme.muted" maxwidth="1100"
        maxlines="1"
      />
      <Shelf ref="shelf" x="616" y="252" captions="true" width="1304" visibleHeight="774" />
      <Notice ref="notice" backdropAlpha="1" />
    </Element>
  `,
  state() {
    return {
      zone: 'keys',
      query: '',
      summary: '',
      timer: null as ReturnType<typeof setTimeout> | null,
      request: null as AbortController | null,
    };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: 12 } };
    },
    queryOrPrompt(): string {
      return this.query === '' ? t('search.prompt') : this.query;
    },
    textColor(): string {
      return this.query === '' ? theme.muted : theme.text;
    },
  },
  hooks: {
    ready() {
      ref(this, 'keys').setup('search');
      ref(this, 'shelf').activate(false);
      this.draw();
    },
    focus() {
      updateScreen(this, { route: 'search', state: 'ready' });
      this.draw();
    },
    destroy() {
      this.request?.abort();
    },
  },
  methods: {
    draw(): void {
      ref(this, 'keys').activate(this.zone === 'keys');
      ref(this, 'shelf').activate(this.zone === 'shelf');
      updateScreen(this, {
        focus: this.zone === 'keys' ? ref(this, 'keys').label() : ref(this, 'shelf').label(),
        text: this.query,
      });
    },
    enterKey(id: string): void {
      this.query = applyKey(this.query, id);
      this.draw();
      // Results for an older query are discarded.
      this.request?.abort();
      if (this.timer !== null) this.$clearTimeout(this.timer);
      updateScreen(this, { state: 'loading' });
      this.timer = this.$setTimeout(() => void this.search(), DEBOUNCE_MS);
    },
    async search(): Promise<void> {
      this.request?.abort();
      const query = this.query.trim();
      const request = new AbortController();
      this.request = request;
      try {
        const results =
          query === ''
            ? NO_RESULTS
            : await session.client.get<SearchResults>(
                `/api/v1/site/search?q=${encodeURIComponent(query)}`,
                request.signal,
              );
        const rows = searchResultRows(results, RESULTS_WIDTH);
        ref(this, 'shelf').setRows(rows);
        this.summary =
          query === ''
            ? ''
            : rows.length === 0
              ? t('search.none', { query })
              : t('search.results', { count: rows.reduce((sum, row) => sum + row.items.length, 0) });
        if (rows.length === 0) this.zone = 'keys';
        updateScreen(this, { state: 'ready' });
        this.draw();
      } catch (error) {
        if ((error as Error).name === 'AbortError') return;
        if (await ref(this, 'notice').showProblem(asProblem(error))) void this.search();
      }
    },
    moveFocus(to: Direction): void {
      if (this.zone === 'keys') {
        if (!ref(this, 'keys').move(to) && to === 'right' && !ref(this, 'shelf').isEmpty()) this.zone = 'shelf';
      } else if (!ref(this, 'shelf').move(to) && to === 'left') this.zone = 'keys';
      this.draw();
    },
  },
  input: {
    left() {
      this.moveFocus('left');
    },
    right() {
      this.moveFocus('right');
    },
    up() {
      this.moveFocus('up');
    },
    down() {
      this.moveFocus('down');
    },
    enter() {
      if (this.zone === 'keys') this.enterKey(ref(this, 'keys').id());
      else {
        const card = ref(this, 'shelf').current();
        if (card) this.$router.to(pathOf(card));
      }
    },
    back(e: KeyboardEvent) {
      if (e.key === 'Backspace' && this.query !== '') this.enterKey('delete');
      else if (this.zone === 'shelf') {
        this.zone = 'keys';
        this.draw();
      } else this.$router.back();
    },
    any(e: KeyboardEvent) {
      if ([...e.key].length === 1 && !e.ctrlKey && !e.metaKey)
        this.enterKey(e.key === ' ' ? 'space' : e.key.toLowerCase());
    },
    playpause(e: KeyboardEvent) {
      if (e.key === ' ') this.enterKey('space');
    },
  },
});
