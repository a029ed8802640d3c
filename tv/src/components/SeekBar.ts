// The seek bar: played and buffered fractions, chapter marks and, while scrubbing, the handle with a thumbnail
// preview.
import Blits from '@lightningjs/blits';
import type { Tile } from '../player/types';

export const BAR_WIDTH = 1728;
const PREVIEW_WIDTH = 320;

export default Blits.Component('SeekBar', {
  template: `
    <Element>
      <Element :y="-$h / 2" w="1728" :h="$h" color="$$theme.track" />
      <Element :y="-$h / 2" :w="$loaded * 1728" :h="$h" color="$$theme.track" />
      <Element :y="-$h / 2" :w="$played * 1728" :h="$h" :color="$$theme.accent" />
      <Element :for="tick in $ticks" key="$tick.x" :x="$tick.x" y="-6" w="4" h="12" color="$$theme.bg" />
      <Element
        :show="$focused" :x="$mark * 1728 - 14" y="-14" w="28" h="28" :color="$$theme.text" shader="$disc" z="1"
      />
      <Element :show="$scrubbing" :x="$left" y="-236">
        <Element :show="$sheet !== ''" x="-4" y="-4" w="328" h="188" :color="$$theme.text" />
        <Element :show="$sheet !== ''" w="320" h="180" clipping="true" color="$$theme.stage">
          <Element
            :x="$sx" :y="$sy" :w="$sw" :h="$sh" :src="$sheet" :alpha="$loadedSheet === $sheet ? 1 : 0.002"
            @loaded="$onSheetLoaded"
          />
        </Element>
        <Text
          y="188" :content="$time" font="FigtreeStrong" :size="$$theme.size.fine" :color="$$theme.text" align="center"
          maxwidth="320"
        />
      </Element>
    </Element>
  `,
  props: ['played', 'loaded', 'mark', 'focused', 'scrubbing', 'time'],
  state() {
    return {
      ticks: [] as { x: number }[],
      sheet: '',
      sx: 0,
      sy: 0,
      sw: 10,
      sh: 10,
      scale: 1,
      loadedSheet: '',
      width: 0,
      height: 0,
    };
  },
  computed: {
    h(): number {
      return this.focused ? 12 : 8;
    },
    left(): number {
      return Math.max(0, Math.min(BAR_WIDTH - PREVIEW_WIDTH, this.mark * BAR_WIDTH - PREVIEW_WIDTH / 2));
    },
    disc(): object {
      return { type: 'RoundedRectangle', props: { radius: 14 } };
    },
  },
  methods: {
    chapters(starts: number[]): void {
      this.ticks = starts.filter((s) => s > 0 && s < 1).map((s) => ({ x: Math.round(s * BAR_WIDTH) }));
    },
    preview(tile: Tile | null): void {
      if (tile === null) {
        this.sheet = '';
        return;
      }
      this.scale = PREVIEW_WIDTH / tile.width;
      this.sheet = tile.url;
      this.sx = -tile.x * this.scale;
      this.sy = -tile.y * this.scale;
      if (this.loadedSheet === tile.url) this.onSheetLoaded({ w: this.width, h: this.height });
      else {
        // The size of a sprite sheet is known only once it is loaded, and it is loaded only if some of it is visible.
        this.sw = PREVIEW_WIDTH - this.sx;
        this.sh = PREVIEW_WIDTH - this.sy;
      }
    },
    onSheetLoaded(size: { w: number; h: number }): void {
      this.loadedSheet = this.sheet;
      this.width = size.w;
      this.height = size.h;
      this.sw = size.w * this.scale;
      this.sh = size.h * this.scale;
    },
  },
});
