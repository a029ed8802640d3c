// Rows of titles with one focus. The page tells it where to move; it says whether it could, and which card it is on.
// What is on stage is worked out in focus/shelf.ts; here it is drawn.
import Blits from '@lightningjs/blits';
import type { Card } from '../api/types';
import type { Filled, Item } from '../focus/items';
import type { Direction } from '../focus/shelf';
import { Stage, type RowView } from '../focus/stage';
import { session } from '../session';
import { FOCUS_SCALE, look } from '../theme';
import { t } from '../words/words';
import { said } from './facts';
import Line from './Line';

const EDGE = 5;

export default Blits.Component('Shelf', {
  components: { Line },
  template: `
    <Element>
      <Element :y.transition="{value: $up, duration: 160, easing: 'ease-out'}">
        <Line
          :for="line in $lines" key="$line.slot" :y="$line.y" :title="$line.title" :head="$line.head"
          :shift="$line.shift" :glide="$line.glide" :fade="$line.alpha" :tiles="$line.tiles"
        />
      </Element>
      <Element
        :x.transition="{value: $ringX, duration: 160, easing: 'ease-out'}"
        :y.transition="{value: $ringY, duration: 160, easing: 'ease-out'}"
        :w="$ringW" :h="$ringH" :alpha="$ring" color="transparent" :effects="$edges"
      />
      <Text
        :x="$ringX + 8" :y="$ringY + $ringH + 8" :content="$caption" :size="$$look.size.fine" :color="$$look.muted"
        maxwidth="760" maxlines="1" :alpha="$ring"
      />
    </Element>
  `,
  props: ['captions', 'width', 'room'],
  state() {
    return {
      stage: new Stage(this.width, this.room),
      lines: [] as RowView[],
      active: true,
      up: 0,
      ringX: 0,
      ringY: 0,
      ringW: 0,
      ringH: 0,
      ringR: look.radius.card,
      ring: 0,
      caption: '',
    };
  },
  computed: {
    edges(): object[] {
      return [
        this.shader('radius', { radius: this.ringR + EDGE }),
        this.shader('border', { width: EDGE - 1, color: look.text }),
      ];
    },
  },
  hooks: {
    init() {
      this.stage.url = (path: string) => session.client.url(path);
      this.stage.badge = (card: Card) => (card.state === 'encoding' && !card.playable ? t('state.encoding') : '');
    },
  },
  methods: {
    setRows(rows: readonly Filled[], keep = false): void {
      this.stage.setRows(rows, keep);
      this.draw();
    },
    move(to: Direction): boolean {
      const moved: boolean = this.stage.model.move(to);
      if (moved) this.draw();
      return moved;
    },
    activate(on: boolean): void {
      this.active = on;
      this.draw();
    },
    place(row: number, column: number): void {
      this.stage.model.focus(row, column);
      this.draw();
    },
    position(): [number, number] {
      return [this.stage.model.row, this.stage.model.column];
    },
    current(): Item | null {
      return this.stage.item;
    },
    label(): string {
      const item: Item | null = this.stage.item;
      return item ? said(item).join(', ') : '';
    },
    atTop(): boolean {
      return this.stage.model.row === 0;
    },
    isEmpty(): boolean {
      return this.stage.empty;
    },
    draw(): void {
      const { model } = this.stage as Stage;
      const m = model.metrics;
      const grown = { w: m.width * FOCUS_SCALE + 2 * EDGE, h: m.height * FOCUS_SCALE + 2 * EDGE };
      this.lines = this.stage.view(this.active);
      this.up = -model.top;
      this.ringW = grown.w;
      this.ringH = grown.h;
      this.ringX = model.focusX - (grown.w - m.width) / 2;
      this.ringY = model.focusY - (grown.h - m.height) / 2;
      this.ringR = m.radius * FOCUS_SCALE;
      this.ring = this.active && !this.stage.empty ? 1 : 0;
      if (this.captions !== true) return;
      const item: Item | null = this.stage.item;
      // A person's name is below the picture already, and a way says its name itself.
      const words = item === null || item.type === 'person' ? [] : item.type === 'way' ? [item.note] : said(item);
      this.caption = words.join(' · ');
    },
  },
});
