// The keys of the on-screen keyboard. The page (or dialog) that shows it moves it and takes what is typed.
import Blits from '@lightningjs/blits';
import { Letters, type Layout } from '../focus/letters';
import type { Direction } from '../focus/shelf';
import { look } from '../theme';
import { language, t, type Word } from '../words/words';

interface Cap {
  id: string;
  x: number;
  y: number;
  w: number;
  label: string;
  tx: number;
  icon: string;
  drawn: number;
  ground: string;
  words: string;
}
const NAMED: Record<string, Word> = { space: 'key.space', delete: 'key.delete', clear: 'key.clear', done: 'key.done' };

export default Blits.Component('Keyboard', {
  template: `
    <Element>
      <Element
        :for="cap in $caps" key="$cap.id" :x="$cap.x" :y="$cap.y" :w="$cap.w" :h="$size - 8" :color="$cap.ground"
        shader="$round"
      >
        <Text
          :x="$cap.tx" :y="$textY" :content="$cap.label" size="30" :color="$cap.words" lineheight="38" align="center"
          :maxwidth="$cap.w - 2 * $cap.tx"
        />
        <Element
          :x="$cap.w / 2 - 18" :y="$size / 2 - 22" w="36" h="36" :src="$cap.icon" :color="$cap.words"
          :alpha="$cap.drawn"
        />
      </Element>
    </Element>
  `,
  props: ['size', 'dark'],
  state() {
    return { letters: new Letters('search'), caps: [] as Cap[], active: true };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: look.radius.control } };
    },
    textY(): number {
      return this.size / 2 - 24;
    },
  },
  methods: {
    setup(layout: Layout): void {
      this.letters = new Letters(layout, language());
      this.draw();
    },
    move(to: Direction): boolean {
      const moved: boolean = this.letters.move(to);
      if (moved) this.draw();
      return moved;
    },
    activate(on: boolean): void {
      this.active = on;
      this.draw();
    },
    focusOn(id: string): void {
      this.letters.focus(id);
      this.draw();
    },
    id(): string {
      return this.letters.key.id;
    },
    label(): string {
      const { id } = this.letters.key;
      const word = NAMED[id];
      return word ? t(word) : id;
    },
    draw(): void {
      const { size } = this;
      const ground = this.dark ? look.panel : look.raised;
      const current = this.letters.key.id;
      this.caps = (this.letters as Letters).keys.map((key) => {
        const focused = this.active && key.id === current;
        return {
          id: key.id,
          x: key.column * size,
          y: key.row * size,
          w: key.span * size - 8,
          label: key.label,
          tx: 4,
          icon: key.icon === '' ? '' : `icons/${key.icon}.svg`,
          drawn: key.icon === '' ? 0 : 1,
          ground: focused ? look.text : ground,
          words: focused ? look.bg : look.text,
        };
      });
    },
  },
});
