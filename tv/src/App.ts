// The root component: routes, and the video behind the canvas while a title plays. The background is the document's
// own colour: clearing it on the canvas would cost a full-screen fill per frame.
import Blits from '@lightningjs/blits';
import { keyRepeat } from './keys/keyRepeat';
import Channel from './pages/Channel';
import Home from './pages/Home';
import List from './pages/List';
import Live from './pages/Live';
import Pair from './pages/Pair';
import Person from './pages/Person';
import Search from './pages/Search';
import Settings from './pages/Settings';
import Start from './pages/Start';
import Title from './pages/Title';
import Watch from './pages/Watch';
import { modalFocus } from './components/modalFocus';
import { exposeTestView } from './screenState';

interface StageNode {
  parent: StageNode | null;
  children: StageNode[];
}
const countNodes = (node: StageNode): number => node.children.reduce((sum, child) => sum + countNodes(child), 1);

const fade = {
  before: { prop: 'alpha', value: 0 },
  in: { prop: 'alpha', value: 1, duration: 160, easing: 'ease-out' },
  out: { prop: 'alpha', value: 0, duration: 120, easing: 'ease-out' },
};
/**
 * Pages kept in memory while others are open. Title, person and browse pages, which can open each other without
 * limit, are not.
 */
const cached = { keepAlive: true };

export default Blits.Application({
  template: `
    <Element w="1920" h="1080">
      <RouterView />
    </Element>
  `,
  routes: [
    { path: '/start', component: Start, transition: fade, options: { inHistory: false } },
    { path: '/home', component: Home, transition: fade, options: cached },
    { path: '/title/:slug', component: Title, transition: fade },
    { path: '/series/:slug', component: Title, transition: fade, data: { kind: 'series' } },
    { path: '/list', component: List, transition: fade, options: cached },
    { path: '/browse/:kind/:slug', component: List, transition: fade },
    { path: '/person/:slug', component: Person, transition: fade },
    { path: '/live', component: Live, transition: fade },
    { path: '/search', component: Search, transition: fade, options: cached },
    { path: '/settings', component: Settings, transition: fade },
    { path: '/pair', component: Pair, transition: fade, options: { inHistory: false } },
    { path: '/watch/:id', component: Watch, transition: fade, options: { inHistory: false } },
    { path: '/channel/:slug', component: Channel, transition: fade, options: { inHistory: false } },
    { path: '*', component: Home, transition: fade, options: cached },
  ],
  state() {
    return { films: 0 };
  },
  hooks: {
    init() {
      this.$listen('picture', (by: number) => {
        this.films += by;
        document.body.classList.toggle('film', this.films > 0);
      });
    },
    ready() {
      const [root] = (this as unknown as Record<symbol, { node: StageNode }[]>)[Symbol.for('children')] ?? [];
      if (root) exposeTestView({ nodes: () => countNodes(root.node), moving: () => this.$router.navigating });
    },
  },
  input: {
    async intercept(e: KeyboardEvent) {
      const counts = keyRepeat.accept(e, performance.now());
      await modalFocus.settled;
      return counts ? e : null;
    },
    back() {
      this.$router.to('/home');
    },
  },
});
