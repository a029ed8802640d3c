// A title or series: description, actions, and related rows (episodes, similar titles, people, genres).
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import { pictureForShape, imageVariant } from '../api/imageVariants';
import type { Card } from '../../../web_ui/shared/catalogue';
import type { Episode, Series, TitlePage } from '../../../web_ui/shared/viewerApi';
import { relatedRows, seriesRows, isCard, type RowContent } from '../focus/rowItems';
import ChoiceDialog from '../components/ChoiceDialog';
import { itemCaption, qualityBadges, pathOf, stripMarkdown, playbackId } from '../components/itemText';
import Hero from '../components/Hero';
import { focusMemory } from '../components/focusMemory';
import Notice from '../components/Notice';
import { ref } from '../components/refs';
import PillRow, { type PillSpec } from '../components/PillRow';
import Shelf from '../components/Shelf';
import { updateScreen } from '../screenState';
import { session } from '../session';
import { formatClock } from '../../../web_ui/shared/time';
import { t } from '../i18n/index';

/** The response, boxed in a class instance so that Blits does not make it reactive. */
class LoadedTitle {
  constructor(
    readonly title: TitlePage | null,
    readonly series: Series | null,
  ) {}

  get card(): TitlePage | Series {
    return (this.title ?? this.series) as TitlePage | Series;
  }

  get episodes(): Episode[] {
    return this.series?.seasons.flatMap((season) => season.episodes) ?? [];
  }

  /** What "Play" plays: the title; for a series the episode in progress, else the first. */
  get playable(): Card | null {
    if (this.title) return this.title;
    return (
      this.episodes.find((e) => e.progress !== null && e.progress.position_s < e.progress.duration_s * 0.95) ??
      this.episodes[0] ??
      null
    );
  }

  get rows(): RowContent[] {
    if (this.title) return relatedRows(this.title);
    return this.series ? seriesRows(this.series) : [];
  }
}

export default Blits.Component('TitlePage', {
  components: { Hero, PillRow, Shelf, Notice, ChoiceDialog },
  template: `
    <Element w="1920" h="1080">
      <Hero
        :picture="$src" :title="$title" :overline="$overline" :meta="$meta" :text="$text" lines="3" :shown="$ready"
      />
      <PillRow ref="pills" x="96" y="536" :alpha="$ready ? 1 : 0" />
      <Shelf ref="shelf" y="652" captions="true" />
      <Notice ref="notice" backdropAlpha="1" />
      <ChoiceDialog ref="chooser" />
    </Element>
  `,
  props: ['slug', 'kind'],
  state() {
    return {
      loaded: null as LoadedTitle | null,
      zone: 'pills',
      pill: 0,
      ready: false,
      loadedRevision: -1,
      inList: false,
      closing: false,
      place: [0, 0] as [number, number],
      src: '',
      title: '',
      overline: '',
      meta: '',
      text: '',
    };
  },
  hooks: {
    focus() {
      updateScreen(this, { route: 'title' });
      if (this.loadedRevision !== session.contentRevision) void this.load();
      else this.draw();
    },
    destroy() {
      const key = `${this.kind}/${this.slug}`;
      if (this.closing || !this.ready) focusMemory.delete(key);
      else
        focusMemory.set(key, { zone: this.zone, pill: this.pill, position: [this.place[0], this.place[1]], count: 0 });
    },
  },
  methods: {
    async load(): Promise<void> {
      const isReload = this.loadedRevision >= 0;
      this.loadedRevision = session.contentRevision;
      updateScreen(this, { state: 'loading' });
      try {
        const { client } = session;
        const loaded =
          this.kind === 'series'
            ? new LoadedTitle(null, await client.get<Series>(`/api/v1/site/series/${this.slug}`))
            : new LoadedTitle(await client.get<TitlePage>(`/api/v1/site/titles/${this.slug}`), null);
        this.loaded = loaded;
        this.inList = loaded.title?.in_list === true;
        this.showDetails(loaded);
        ref(this, 'shelf').setRows(loaded.rows, isReload);
        this.ready = true;
        if (!isReload) this.restoreFocus();
        updateScreen(this, { state: 'ready' });
        this.draw();
      } catch (error) {
        this.loadedRevision = -1;
        const problem = asProblem(error);
        if (problem.status === 401) this.$router.to('/pair');
        else if (await ref(this, 'notice').showProblem(problem)) void this.load();
        else this.leave();
      }
    },
    restoreFocus(): void {
      const remembered = focusMemory.get(`${this.kind}/${this.slug}`);
      if (!remembered) return;
      this.zone = remembered.zone;
      this.pill = remembered.pill;
      ref(this, 'shelf').focusOn(...remembered.position);
    },
    showDetails(loaded: LoadedTitle): void {
      const { card, title } = loaded;
      const picture = imageVariant(pictureForShape(card, 'backdrop'), 1280);
      this.src = picture === '' ? '' : session.client.url(picture);
      this.title = card.title;
      const series = title?.series;
      const number = series?.episode ? t('episode', { season: series.season ?? 1, episode: series.episode }) : '';
      this.overline = [series?.title ?? '', number, title?.tagline ?? ''].filter((x) => x !== '').join(' · ');
      const genres =
        title?.genres
          .map((g) => g.name)
          .slice(0, 3)
          .join(', ') ?? '';
      const pending = card.playable || loaded.series ? '' : this.stateWords(card.state);
      const state = card.locked ? t('state.locked') : pending;
      this.meta = [itemCaption(card), genres, qualityBadges(title?.tracks), state].filter((x) => x !== '').join(' · ');
      this.text = stripMarkdown(card.synopsis);
    },
    stateWords(state: string): string {
      return state === 'failed' ? t('state.failed') : state === 'encoding' ? t('state.encoding') : t('state.waiting');
    },
    pillSpecs(): PillSpec[] {
      const { loaded } = this as { loaded: LoadedTitle | null };
      if (loaded === null) return [];
      const pillSpecs: PillSpec[] = [];
      const playable = loaded.playable;
      const p = playable?.progress;
      const isInProgress = p !== null && p !== undefined && p.position_s > 5 && p.position_s < p.duration_s * 0.95;
      if (playable?.playable && !playable.locked) {
        const label = isInProgress ? t('resume', { time: formatClock(p.position_s) }) : t('play');
        pillSpecs.push({ id: 'play', label, icon: 'play', primary: true });
        if (isInProgress) pillSpecs.push({ id: 'restart', label: t('restart'), icon: 'rotate-ccw' });
      }
      if ((loaded.title?.trailers.length ?? 0) > 0)
        pillSpecs.push({ id: 'trailer', label: t('trailer'), icon: 'clapperboard' });
      if (loaded.title && session.site?.user) {
        const label = t(this.inList ? 'list.remove' : 'list.add');
        pillSpecs.push({ id: 'list', label, icon: this.inList ? 'check' : 'plus' });
      }
      if (pillSpecs.length === 0) pillSpecs.push({ id: 'back', label: t('back'), icon: 'arrow-left' });
      return pillSpecs;
    },
    draw(): void {
      const pillSpecs: PillSpec[] = this.pillSpecs();
      this.pill = Math.max(0, Math.min(this.pill, pillSpecs.length - 1));
      ref(this, 'pills').set(pillSpecs, this.zone === 'pills' ? this.pill : -1);
      ref(this, 'shelf').activate(this.zone === 'shelf');
      this.place = ref(this, 'shelf').position();
      updateScreen(this, {
        focus: this.zone === 'pills' ? (pillSpecs[this.pill]?.label ?? '') : ref(this, 'shelf').label(),
        text: this.title,
      });
    },
    press(): void {
      const { loaded } = this as { loaded: LoadedTitle | null };
      if (this.zone === 'shelf') {
        const item = ref(this, 'shelf').current();
        if (item === null) return;
        this.$router.to(this.kind === 'series' && isCard(item) ? `/watch/${playbackId(item)}` : pathOf(item));
        return;
      }
      const id = (this.pillSpecs() as PillSpec[])[this.pill]?.id;
      const playable = loaded?.playable;
      if (id === 'play' && playable) this.$router.to(`/watch/${playbackId(playable)}`);
      else if (id === 'restart' && playable) this.$router.to(`/watch/${playbackId(playable)}?from=0`);
      else if (id === 'trailer') {
        const trailer = loaded?.title?.trailers[0];
        if (trailer) this.$router.to(`/watch/${playbackId(trailer)}`);
      } else if (id === 'list') void this.toggleList();
      else if (id === 'back') this.leave();
    },
    async toggleList(): Promise<void> {
      const path = `/api/v1/me/list/${(this.loaded as LoadedTitle).card.id}`;
      const listed = !this.inList;
      try {
        await (listed ? session.client.put(path) : session.client.remove(path));
        this.inList = listed;
        session.contentRevision++;
        this.loadedRevision = session.contentRevision;
        this.draw();
      } catch (error) {
        if (await ref(this, 'notice').showProblem(asProblem(error))) void this.toggleList();
      }
    },
    leave(): void {
      this.closing = true;
      if (this.$router.back() === false) this.$router.to('/home');
    },
    moveHorizontally(to: 'left' | 'right'): void {
      if (this.zone === 'shelf') ref(this, 'shelf').move(to);
      else this.pill += to === 'left' ? -1 : 1;
      this.draw();
    },
    play(): void {
      const playable = (this.loaded as LoadedTitle | null)?.playable;
      if (playable?.playable && !playable.locked) this.$router.to(`/watch/${playbackId(playable)}`);
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
      if (this.zone === 'shelf' && !ref(this, 'shelf').move('up')) this.zone = 'pills';
      this.draw();
    },
    down() {
      if (this.zone === 'shelf') ref(this, 'shelf').move('down');
      else if (!ref(this, 'shelf').isEmpty()) this.zone = 'shelf';
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
