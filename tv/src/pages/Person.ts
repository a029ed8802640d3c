// Somebody: who they are, and everything they are in.
import Blits from '@lightningjs/blits';
import { asProblem } from '../api/client';
import { variant } from '../api/pictures';
import type { Person } from '../api/types';
import { filmography, initials, lived, rowsOf } from '../focus/items';
import type { Direction } from '../focus/shelf';
import { pathOf, plain } from '../parts/facts';
import { left } from '../parts/left';
import Notice from '../parts/Notice';
import { part } from '../parts/part';
import Shelf from '../parts/Shelf';
import { show } from '../screen';
import { session } from '../session';
import { t } from '../words/words';

const FACE = 240;

export default Blits.Component('PersonPage', {
  components: { Shelf, Notice },
  template: `
    <Element w="1920" h="1080">
      <Element :alpha="$ready ? 1 : 0">
        <Element x="96" y="84" w="240" h="240" color="$$look.raised" shader="$round" />
        <Text
          x="96" y="160" :content="$letters" :size="$$look.size.display" :color="$$look.text" align="center"
          maxwidth="240" lineheight="84"
        />
        <Element x="96" y="84" w="240" h="240" :src="$src" fit="cover" shader="$round" />
        <Text
          x="392" y="84" :content="$name" font="FigtreeStrong" :size="$$look.size.display" :color="$$look.text"
          maxwidth="1432" maxlines="1" lineheight="66"
        />
        <Text x="392" y="160" :content="$years" :size="$$look.size.text" :color="$$look.muted" />
        <Text
          x="392" :y="$years === '' ? 164 : 212" :content="$text" :size="$$look.size.text" :color="$$look.text"
          maxwidth="1240" maxlines="4" lineheight="36"
        />
      </Element>
      <Shelf ref="shelf" y="396" captions="true" room="640" />
      <Text
        x="96" y="420" :content="$none" :size="$$look.size.text" :color="$$look.muted" maxwidth="1728" maxlines="2"
      />
      <Notice ref="notice" cover="0" />
    </Element>
  `,
  props: ['slug'],
  state() {
    return {
      ready: false,
      seen: -1,
      closing: false,
      place: [0, 0] as [number, number],
      name: '',
      letters: '',
      src: '',
      years: '',
      text: '',
      none: '',
    };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: FACE / 2 } };
    },
  },
  hooks: {
    focus() {
      show({ route: 'person' });
      if (this.seen !== session.changes) void this.load();
      else this.draw();
    },
    destroy() {
      const key = `person/${this.slug}`;
      if (this.closing || !this.ready) left.delete(key);
      else left.set(key, { zone: 'shelf', pill: 0, at: [this.place[0], this.place[1]], count: 0 });
    },
  },
  methods: {
    async load(): Promise<void> {
      const again = this.seen >= 0;
      this.seen = session.changes;
      show({ state: 'loading' });
      try {
        const person = await session.client.get<Person>(`/api/v1/site/people/${this.slug}`);
        this.portray(person);
        const rows = rowsOf(filmography(person), 'wide');
        part(this, 'shelf').setRows(rows, again);
        const was = left.get(`person/${this.slug}`);
        if (!again && was) part(this, 'shelf').place(...was.at);
        this.none = rows.length > 0 ? '' : t('person.none', { name: person.name });
        this.ready = true;
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
    portray(person: Person): void {
      const picture = variant(person.image, FACE);
      this.src = picture === '' ? '' : session.client.url(picture);
      this.letters = picture === '' ? initials(person.name) : '';
      this.name = person.name;
      this.years = lived(person);
      this.text = plain(person.biography);
    },
    draw(): void {
      this.place = part(this, 'shelf').position();
      show({ focus: part(this, 'shelf').label() || this.name, text: this.name });
    },
    go(to: Direction): void {
      part(this, 'shelf').move(to);
      this.draw();
    },
    leave(): void {
      this.closing = true;
      if (this.$router.back() === false) this.$router.to('/home');
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
      const item = part(this, 'shelf').current();
      if (item) this.$router.to(pathOf(item));
    },
    back() {
      this.leave();
    },
  },
});
