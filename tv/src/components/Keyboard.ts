// The on-screen keyboard. The page or dialog that contains it moves the focus and handles the keys.
import Blits from '@lightningjs/blits';
import { KeyboardModel, type KeyboardLayout } from '../focus/keyboardModel';
import type { Direction } from '../focus/shelfModel';
import { theme } from '../theme';
import { language, t, type MessageKey } from '../i18n/index';

interface KeyView {
  id: string;
  x: number;
  y: number;
  w: number;
  label: string;
  labelX: number;
  icon: string;
  iconAlpha: number;
  background: string;
  textColor: string;
}
const KEY_LABELS: Record<string, MessageKey> = {
  space: 'key.space',
  delete: 'key.delete',
  clear: 'key.clear',
  done: 'key.done',
};

export default Blits.Component('Keyboard', {
  template: `
    <Element>
      <Element
        :for="key in $keys" key="$key.id" :x="$key.x" :y="$key.y" :w="$key.w" :h="$size - 8" :color="$key.background"
        shader="$round"
      >
        <Text
          :x="$key.labelX" :y="$labelY" :content="$key.label" size="30" :color="$key.textColor" lineheight="38"
          align="center"
          :maxwidth="$key.w - 2 * $key.labelX"
        />
        <Element
          :x="$key.w / 2 - 18" :y="$size / 2 - 22" w="36" h="36" :src="$key.icon" :color="$key.textColor"
          :alpha="$key.iconAlpha"
        />
      </Element>
    </Element>
  `,
  props: ['size', 'dark'],
  state() {
    return { model: new KeyboardModel('search'), keys: [] as KeyView[], active: true };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: theme.radius.control } };
    },
    labelY(): number {
      return this.size / 2 - 24;
    },
  },
  methods: {
    setup(layout: KeyboardLayout): void {
      this.model = new KeyboardModel(layout, language());
      this.draw();
    },
    move(to: Direction): boolean {
      const moved: boolean = this.model.move(to);
      if (moved) this.draw();
      return moved;
    },
    activate(on: boolean): void {
      this.active = on;
      this.draw();
    },
    focusOn(id: string): void {
      this.model.focus(id);
      this.draw();
    },
    id(): string {
      return this.model.key.id;
    },
    label(): string {
      const { id } = this.model.key;
      const word = KEY_LABELS[id];
      return word ? t(word) : id;
    },
    draw(): void {
      const { size } = this;
      const background = this.dark ? theme.panel : theme.raised;
      const current = this.model.key.id;
      this.keys = (this.model as KeyboardModel).keys.map((key) => {
        const focused = this.active && key.id === current;
        return {
          id: key.id,
          x: key.column * size,
          y: key.row * size,
          w: key.span * size - 8,
          label: key.label,
          labelX: 4,
          icon: key.icon === '' ? '' : `icons/${key.icon}.svg`,
          iconAlpha: key.icon === '' ? 0 : 1,
          background: focused ? theme.text : background,
          textColor: focused ? theme.bg : theme.text,
        };
      });
    },
  },
});
