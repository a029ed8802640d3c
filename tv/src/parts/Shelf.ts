// Rows of titles with one focus. The page tells it where to move; it says whether it could, and which card it is on.
// What is on stage is worked out in focus/shelf.ts; here it is drawn.
import Blits from '@lightningjs/blits';
import type { Card, Row } from '../api/types';
import type { Direction } from '../focus/shelf';
import { Stage, type RowView } from '../focus/stage';
import { session } from '../session';
import { FOCUS_SCALE, look } from '../theme';
import { t } from '../words/words';
import { caption } from './facts';
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
        :x.transition="{value: $ringX, duration: 160, easing: 'ease-out'}" :y="$ringY" :w="$ringW" :h="$ringH"
        :alpha="$ring" color="transparent" :effects="$edges"
      />
      <Text
        :x="$ringX + 8" :y="$ringY + $ringH + 8" :content="$caption" :size="$$look.size.fine" :color="$$look.muted"
        maxwidth="760" maxlines="1" :alpha="$ring"
      />
    </Element>
  `,
  props: ['captions', 'width'],
  state() {
    return {
      stage: new Stage(this.width),
      lines: [] as RowView[],
      active: true, up: 0, ringX: 0, ringY: 0, ringW: 0, ringH: 0, ring: 0, caption: '',
    };
  },
  computed: {
    edges(): object[] {
      return [
        this.shader('radius', { radius: look.radius.card + EDGE }),
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
    setRows(rows: Row[], keep = false): void {
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
    current(): Card | null {
      return this.stage.card;
    },
    label(): string {
      const card: Card | null = this.stage.card;
      return card ? [card.title, caption(card)].filter((x) => x !== '').join(', ') : '';
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
      this.ring = this.active && !this.stage.empty ? 1 : 0;
      if (this.captions !== true) return;
      const card: Card | null = this.stage.card;
      this.caption = card ? [card.title, caption(card)].filter((x) => x !== '').join(' · ') : '';
    },
  },
});
