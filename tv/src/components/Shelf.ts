// Rows of titles with one focus. The page moves the focus and asks for the focused item. The layout is computed in
// focus/shelfModel.ts; this component draws it.
import Blits from '@lightningjs/blits';
import type { Card } from '../../../web_ui/shared/catalogue';
import type { RowContent, Item } from '../focus/rowItems';
import type { Direction } from '../focus/shelfModel';
import { ShelfView, type RowView } from '../focus/shelfView';
import { session } from '../session';
import { FOCUS_SCALE, theme } from '../theme';
import { t } from '../i18n/index';
import { announcement } from './itemText';
import ShelfRow from './ShelfRow';

const RING_WIDTH = 5;

export default Blits.Component('Shelf', {
  components: { ShelfRow },
  template: `
    <Element>
      <Element :y.transition="{value: $offsetY, duration: 160, easing: 'ease-out'}">
        <ShelfRow
          :for="row in $rows" key="$row.slot" :y="$row.y" :title="$row.title" :head="$row.head"
          :scrollX="$row.scrollX" :scrollMs="$row.glide" :rowAlpha="$row.alpha" :tiles="$row.tiles"
        />
      </Element>
      <Element
        :x.transition="{value: $ringX, duration: 160, easing: 'ease-out'}"
        :y.transition="{value: $ringY, duration: 160, easing: 'ease-out'}"
        :w="$ringW" :h="$ringH" :alpha="$ringAlpha" color="transparent" :effects="$ringEffects"
      />
      <Text
        :x="$ringX + 8" :y="$ringY + $ringH + 8" :content="$caption" :size="$$theme.size.fine" :color="$$theme.muted"
        maxwidth="760" maxlines="1" :alpha="$ringAlpha"
      />
    </Element>
  `,
  props: ['captions', 'width', 'visibleHeight'],
  state() {
    return {
      stage: new ShelfView(this.width, this.visibleHeight),
      rows: [] as RowView[],
      active: true,
      offsetY: 0,
      ringX: 0,
      ringY: 0,
      ringW: 0,
      ringH: 0,
      ringRadius: theme.radius.card,
      ringAlpha: 0,
      caption: '',
    };
  },
  computed: {
    ringEffects(): object[] {
      return [
        this.shader('radius', { radius: this.ringRadius + RING_WIDTH }),
        this.shader('border', { width: RING_WIDTH - 1, color: theme.text }),
      ];
    },
  },
  hooks: {
    init() {
      this.stage.url = (path: string) => session.client.url(path);
      this.stage.badge = (card: Card) =>
        card.locked ? t('state.locked') : card.state === 'encoding' && !card.playable ? t('state.encoding') : '';
    },
  },
  methods: {
    setRows(rows: readonly RowContent[], keep = false): void {
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
    focusOn(row: number, column: number): void {
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
      return item ? announcement(item).join(', ') : '';
    },
    atTop(): boolean {
      return this.stage.model.row === 0;
    },
    isEmpty(): boolean {
      return this.stage.empty;
    },
    draw(): void {
      const { model } = this.stage as ShelfView;
      const m = model.metrics;
      const scaled = { w: m.width * FOCUS_SCALE + 2 * RING_WIDTH, h: m.height * FOCUS_SCALE + 2 * RING_WIDTH };
      this.rows = this.stage.view(this.active);
      this.offsetY = -model.top;
      this.ringW = scaled.w;
      this.ringH = scaled.h;
      this.ringX = model.focusX - (scaled.w - m.width) / 2;
      this.ringY = model.focusY - (scaled.h - m.height) / 2;
      this.ringRadius = m.radius * FOCUS_SCALE;
      this.ringAlpha = this.active && !this.stage.empty ? 1 : 0;
      if (this.captions !== true) return;
      const item: Item | null = this.stage.item;
      // A person's name is shown below the picture already, and a link's on its tile.
      const words =
        item === null || item.type === 'person' ? [] : item.type === 'link' ? [item.note] : announcement(item);
      this.caption = words.join(' · ');
    },
  },
});
