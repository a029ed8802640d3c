// A menu at the right edge of the player: chapters, subtitles, audio, quality, speed.
import Blits from '@lightningjs/blits';
import type { MenuEntry } from '../player/PlayerController';
import { theme } from '../theme';

const MAX_VISIBLE = 9;
const STEP = 80;
interface Row {
  slot: number;
  y: number;
  label: string;
  background: string;
  textColor: string;
  checkAlpha: number;
}

export default Blits.Component('PlayerMenu', {
  template: `
    <Element x="1200" w="720" h="1080" :alpha.transition="{value: $open ? 1 : 0, duration: 160}">
      <Element w="720" h="1080" color="$$theme.veil" />
      <Text
        x="56" y="64" :content="$title" font="FigtreeStrong" :size="$$theme.size.title" :color="$$theme.text"
        maxwidth="560"
      />
      <Element
        :for="row in $rows" key="$row.slot" x="32" :y="$row.y" w="592" h="68" :color="$row.background"
        shader="$item"
      >
        <Text
          x="24" y="15" :content="$row.label" :size="$$theme.size.text" :color="$row.textColor" maxwidth="490"
          maxlines="1" lineheight="38"
        />
        <Element x="540" y="18" w="32" h="32" src="icons/check.svg" :color="$row.textColor" :alpha="$row.checkAlpha" />
      </Element>
    </Element>
  `,
  state() {
    return { open: false, title: '', rows: [] as Row[] };
  },
  computed: {
    item(): object {
      return { type: 'RoundedRectangle', props: { radius: 12 } };
    },
  },
  methods: {
    show(title: string, entries: MenuEntry[], focus: number): void {
      const first = Math.max(0, Math.min(focus - 4, entries.length - MAX_VISIBLE));
      this.title = title;
      this.open = true;
      this.rows = entries.slice(first, first + MAX_VISIBLE).map((entry, i) => {
        const focused = first + i === focus;
        return {
          slot: i,
          y: 152 + i * STEP,
          label: entry.label,
          background: focused ? theme.text : theme.clear,
          textColor: focused ? theme.bg : theme.text,
          checkAlpha: entry.selected ? 1 : 0,
        };
      });
    },
    close(): void {
      this.open = false;
    },
  },
});
