// A list at the right of the picture: chapters, subtitles, audio, quality.
import Blits from '@lightningjs/blits';
import type { Entry } from '../player/deck';
import { look } from '../theme';

const SHOWN = 9;
const STEP = 80;
interface Line {
  slot: number;
  y: number;
  label: string;
  ground: string;
  words: string;
  mark: number;
}

export default Blits.Component('Menu', {
  template: `
    <Element x="1200" w="720" h="1080" :alpha.transition="{value: $open ? 1 : 0, duration: 160}">
      <Element w="720" h="1080" color="$$look.veil" />
      <Text
        x="56" y="64" :content="$title" font="FigtreeStrong" :size="$$look.size.title" :color="$$look.text"
        maxwidth="560"
      />
      <Element
        :for="line in $lines" key="$line.slot" x="32" :y="$line.y" w="592" h="68" :color="$line.ground"
        shader="$item"
      >
        <Text
          x="24" y="15" :content="$line.label" :size="$$look.size.text" :color="$line.words" maxwidth="490"
          maxlines="1" lineheight="38"
        />
        <Element x="540" y="18" w="32" h="32" src="icons/check.svg" :color="$line.words" :alpha="$line.mark" />
      </Element>
    </Element>
  `,
  state() {
    return { open: false, title: '', lines: [] as Line[] };
  },
  computed: {
    item(): object {
      return { type: 'RoundedRectangle', props: { radius: 12 } };
    },
  },
  methods: {
    list(title: string, entries: Entry[], focus: number): void {
      const first = Math.max(0, Math.min(focus - 4, entries.length - SHOWN));
      this.title = title;
      this.open = true;
      this.lines = entries.slice(first, first + SHOWN).map((entry, i) => {
        const focused = first + i === focus;
        return {
          slot: i,
          y: 152 + i * STEP,
          label: entry.label,
          ground: focused ? look.text : look.clear,
          words: focused ? look.bg : look.text,
          mark: entry.chosen ? 1 : 0,
        };
      });
    },
    close(): void {
      this.open = false;
    },
  },
});
