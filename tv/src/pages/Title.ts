// One title, or one series: what it is, what can be done with it, and what lies beside it (episodes, similar titles,
// people, genres).
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import { pictureFor, variant } from '../api/pictures';
import type { Card, Series, Title } from '../api/types';
import { beside, isCard, type Filled } from '../focus/items';
import Chooser from '../parts/Chooser';
import { caption, marks, pathOf, plain, playId } from '../parts/facts';
import Hero from '../parts/Hero';
import { left } from '../parts/left';
import Notice from '../parts/Notice';
import { part } from '../parts/part';
import Pills, { type PillSpec } from '../parts/Pills';
import Shelf from '../parts/Shelf';
import { show } from '../screen';
import { session } from '../session';
import { clock, t } from '../words/words';

/** Either answer, boxed: Blits would otherwise watch every field of it. */
class Loaded {
  constructor(
    readonly title: Title | null,
    readonly series: Series | null,
  ) {}

  get card(): Card {
    return (this.title ?? this.series) as Card;
  }

  get episodes(): Card[] {
    return this.series?.seasons.flatMap((season) => season.episodes) ?? [];
  }

  /** What "Play" plays: the title; of a series the episode begun last, else the first. */
  get playable(): Card | null {
    if (this.title) return this.title;
    return (
      this.episodes.find((e) => e.progress !== null && e.progress.position_s < e.progress.duration_s * 0.95) ??
      this.episodes[0] ??
      null
    );
  }

  get rows(): Filled[] {
    if (this.title) return beside(this.title);
    return (this.series?.seasons ?? []).map((season) => ({
      title: season.title || (season.number === null ? t('episodes') : t('season', { number: season.number })),
      shape: 'still',
      items: season.episodes,
    }));
  }
}

export default Blits.Component('TitlePage', {
  components: { Hero, Pills, Shelf, Notice, Chooser },
  template: `
    <Element w="1920" h="1080">
      <Hero :picture="$src" :title="$title" :over="$over" :meta="$meta" :text="$text" lines="3" :shown="$ready" />
      <Pills ref="pills" x="96" y="536" :alpha="$ready ? 1 : 0" />
      <Shelf ref="shelf" y="652" captions="true" />
      <Notice ref="notice" cover="1" />
      <Chooser ref="chooser" />
    </Element>
  `,
  props: ['slug', 'kind'],
  state() {
    return {
      loaded: null as Loaded | null,
      zone: 'pills',
      pill: 0,
      ready: false,
      seen: -1,
      inList: false,
      closing: false,
      place: [0, 0] as [number, number],
      src: '',
      title: '',
      over: '',
      meta: '',
      text: '',
    };
  },
  hooks: {
    focus() {
      show({ route: 'title' });
      if (this.seen !== session.changes) void this.load();
      else this.draw();
    },
    destroy() {
      const key = `${this.kind}/${this.slug}`;
      if (this.closing || !this.ready) left.delete(key);
      else left.set(key, { zone: this.zone, pill: this.pill, at: [this.place[0], this.place[1]], count: 0 });
    },
  },
  methods: {
    async load(): Promise<void> {
      const again = this.seen >= 0;
      this.seen = session.changes;
      show({ state: 'loading' });
      try {
        const { client } = session;
        const loaded =
          this.kind === 'series'
            ? new Loaded(null, await client.get<Series>(`/api/v1/site/series/${this.slug}`))
            : new Loaded(await client.get<Title>(`/api/v1/site/titles/${this.slug}`), null);
        this.loaded = loaded;
        this.inList = loaded.title?.in_list === true;
        this.portray(loaded);
        part(this, 'shelf').setRows(loaded.rows, again);
        this.ready = true;
        if (!again) this.find();
        show({ state: 'ready' });
        this.draw();
      } catch (error) {
        this.seen = -1;
        const problem = asProblem(error);
        if (problem.status === 401) this.$router.to('/pair');
        else if (await part(this, 'notice').fail(problem)) void this.load();
        else this.leave();
      }
    },
    find(): void {
      const was = left.get(`${this.kind}/${this.slug}`);
      if (!was) return;
      this.zone = was.zone;
      this.pill = was.pill;
      part(this, 'shelf').place(...was.at);
    },
    portray(loaded: Loaded): void {
      const { card, title } = loaded;
      const picture = variant(pictureFor(card, 'backdrop'), 1280);
      this.src = picture === '' ? '' : session.client.url(picture);
      this.title = card.title;
      const series = title?.series;
      const number = series?.episode ? t('episode', { season: series.season ?? 1, episode: series.episode }) : '';
      this.over = [series?.title ?? '', number, title?.tagline ?? ''].filter((x) => x !== '').join(' · ');
      const genres =
        title?.genres
          .map((g) => g.name)
          .slice(0, 3)
          .join(', ') ?? '';
      const state = card.playable || loaded.series ? '' : this.stateWords(card.state);
      this.meta = [caption(card), genres, marks(title?.tracks), state].filter((x) => x !== '').join(' · ');
      this.text = plain(card.synopsis ?? title?.synopsis);
    },
    stateWords(state: string): string {
      return state === 'failed' ? t('state.failed') : state === 'encoding' ? t('state.encoding') : t('state.waiting');
    },
    specs(): PillSpec[] {
      const { loaded } = this as { loaded: Loaded | null };
      if (loaded === null) return [];
      const specs: PillSpec[] = [];
      const playable = loaded.playable;
      const p = playable?.progress;
      const begun = p !== null && p !== undefined && p.position_s > 5 && p.position_s < p.duration_s * 0.95;
      if (playable?.playable) {
        const label = begun ? t('resume', { time: clock(p.position_s) }) : t('play');
        specs.push({ id: 'play', label, icon: 'play', primary: true });
        if (begun) specs.push({ id: 'restart', label: t('restart'), icon: 'rotate-ccw' });
      }
      if ((loaded.title?.trailers.length ?? 0) > 0)
        specs.push({ id: 'trailer', label: t('trailer'), icon: 'clapperboard' });
      if (loaded.title && session.site?.user) {
        const label = t(this.inList ? 'list.remove' : 'list.add');
        specs.push({ id: 'list', label, icon: this.inList ? 'check' : 'plus' });
      }
      if (specs.length === 0) specs.push({ id: 'back', label: t('back'), icon: 'arrow-left' });
      return specs;
    },
    draw(): void {
      const specs: PillSpec[] = this.specs();
      this.pill = Math.max(0, Math.min(this.pill, specs.length - 1));
      part(this, 'pills').set(specs, this.zone === 'pills' ? this.pill : -1);
      part(this, 'shelf').activate(this.zone === 'shelf');
      this.place = part(this, 'shelf').position();
      show({
        focus: this.zone === 'pills' ? (specs[this.pill]?.label ?? '') : part(this, 'shelf').label(),
        text: this.title,
      });
    },
    press(): void {
      const { loaded } = this as { loaded: Loaded | null };
      if (this.zone === 'shelf') {
        const item = part(this, 'shelf').current();
        if (item === null) return;
        this.$router.to(this.kind === 'series' && isCard(item) ? `/watch/${playId(item)}` : pathOf(item));
        return;
      }
      const id = (this.specs() as PillSpec[])[this.pill]?.id;
      const playable = loaded?.playable;
      if (id === 'play' && playable) this.$router.to(`/watch/${playId(playable)}`);
      else if (id === 'restart' && playable) this.$router.to(`/watch/${playId(playable)}?from=0`);
      else if (id === 'trailer') {
        const trailer = loaded?.title?.trailers[0];
        if (trailer) this.$router.to(`/watch/${playId(trailer)}`);
      } else if (id === 'list') void this.toggleList();
      else if (id === 'back') this.leave();
    },
    async toggleList(): Promise<void> {
      const path = `/api/v1/me/list/${(this.loaded as Loaded).card.id}`;
      const wanted = !this.inList;
      try {
        await (wanted ? session.client.put(path) : session.client.remove(path));
        this.inList = wanted;
        session.changes++;
        this.seen = session.changes;
        this.draw();
      } catch (error) {
        if (await part(this, 'notice').fail(asProblem(error))) void this.toggleList();
      }
    },
    leave(): void {
      this.closing = true;
      if (this.$router.back() === false) this.$router.to('/home');
    },
    side(to: 'left' | 'right'): void {
      if (this.zone === 'shelf') part(this, 'shelf').move(to);
      else this.pill += to === 'left' ? -1 : 1;
      this.draw();
    },
    play(): void {
      const playable = (this.loaded as Loaded | null)?.playable;
      if (playable?.playable) this.$router.to(`/watch/${playId(playable)}`);
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
      if (this.zone === 'shelf' && !part(this, 'shelf').move('up')) this.zone = 'pills';
      this.draw();
    },
    down() {
      if (this.zone === 'shelf') part(this, 'shelf').move('down');
      else if (!part(this, 'shelf').isEmpty()) this.zone = 'shelf';
      this.draw();
    },
    enter() {
      this.press();
    },
    play() {
      this.play();
    },
    playpause() {
      this.play();
    },
    back() {
      this.leave();
    },
  },
});
