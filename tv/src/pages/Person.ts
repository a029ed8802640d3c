// A person's page: biography and filmography.
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import { imageVariant } from '../api/imageVariants';
import type { Person } from '../../../web_ui/shared/viewerApi';
import { filmography, initials, lifespan, gridRows } from '../focus/rowItems';
import type { Direction } from '../focus/shelfModel';
import { pathOf, stripMarkdown } from '../components/itemText';
import { focusMemory } from '../components/focusMemory';
import Notice from '../components/Notice';
import { ref } from '../components/refs';
import Shelf from '../components/Shelf';
import { updateScreen } from '../screenState';
import { session } from '../session';
import { t } from '../i18n/index';

const PORTRAIT_SIZE = 240;

export default Blits.Component('PersonPage', {
  components: { Shelf, Notice },
  template: `
    <Element w="1920" h="1080">
      <Element :alpha="$ready ? 1 : 0">
        <Element x="96" y="84" w="240" h="240" color="$$theme.raised" shader="$round" />
        <Text
          x="96" y="160" :content="$initialsText" :size="$$theme.size.display" :color="$$theme.text" align="center"
          maxwidth="240" lineheight="84"
        />
        <Element x="96" y="84" w="240" h="240" :src="$src" fit="cover" shader="$round" />
        <Text
          x="392" y="84" :content="$name" font="FigtreeStrong" :size="$$theme.size.display" :color="$$theme.text"
          maxwidth="1432" maxlines="1" lineheight="66"
        />
        <Text x="392" y="160" :content="$years" :size="$$theme.size.text" :color="$$theme.muted" />
        <Text
          x="392" :y="$years === '' ? 164 : 212" :content="$text" :size="$$theme.size.text" :color="$$theme.text"
          maxwidth="1240" maxlines="4" lineheight="36"
        />
      </Element>
      <Shelf ref="shelf" y="396" captions="true" visibleHeight="640" />
      <Text
        x="96" y="420" :content="$emptyText" :size="$$theme.size.text" :color="$$theme.muted" maxwidth="1728"
        maxlines="2"
      />
      <Notice ref="notice" backdropAlpha="0" />
    </Element>
  `,
  props: ['slug'],
  state() {
    return {
      ready: false,
      loadedRevision: -1,
      closing: false,
      place: [0, 0] as [number, number],
      name: '',
      initialsText: '',
      src: '',
      years: '',
      text: '',
      emptyText: '',
    };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: PORTRAIT_SIZE / 2 } };
    },
  },
  hooks: {
    focus() {
      updateScreen(this, { route: 'person' });
      if (this.loadedRevision !== session.contentRevision) void this.load();
      else this.draw();
    },
    destroy() {
      const key = `person/${this.slug}`;
      if (this.closing || !this.ready) focusMemory.delete(key);
      else focusMemory.set(key, { zone: 'shelf', pill: 0, position: [this.place[0], this.place[1]], count: 0 });
    },
  },
  methods: {
    async load(): Promise<void> {
      const isReload = this.loadedRevision >= 0;
      this.loadedRevision = session.contentRevision;
      updateScreen(this, { state: 'loading' });
      try {
        const person = await session.client.get<Person>(`/api/v1/site/people/${this.slug}`);
        this.showDetails(person);
        const rows = gridRows(filmography(person), 'wide');
        ref(this, 'shelf').setRows(rows, isReload);
        const remembered = focusMemory.get(`person/${this.slug}`);
        if (!isReload && remembered) ref(this, 'shelf').focusOn(...remembered.position);
        this.emptyText = rows.length > 0 ? '' : t('person.none', { name: person.name });
        this.ready = true;
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
    showDetails(person: Person): void {
      const picture = imageVariant(person.image, PORTRAIT_SIZE);
      this.src = picture === '' ? '' : session.client.url(picture);
      this.initialsText = picture === '' ? initials(person.name) : '';
      this.name = person.name;
      this.years = lifespan(person);
      this.text = stripMarkdown(person.biography);
    },
    draw(): void {
      this.place = ref(this, 'shelf').position();
      updateScreen(this, { focus: ref(this, 'shelf').label() || this.name, text: this.name });
    },
    moveFocus(to: Direction): void {
      ref(this, 'shelf').move(to);
      this.draw();
    },
    leave(): void {
      this.closing = true;
      if (this.$router.back() === false) this.$router.to('/home');
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
      const item = ref(this, 'shelf').current();
      if (item) this.$router.to(pathOf(item));
    },
    back() {
      this.leave();
    },
  },
});
