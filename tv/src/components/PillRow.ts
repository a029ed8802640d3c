// A row of buttons. The page tracks the focus; this component lays the buttons out.
import Blits from '@lightningjs/blits';
import Pill, { pillWidth } from './Pill';

export interface PillSpec {
  id: string;
  label: string;
  icon: string;
  primary?: boolean;
}
interface PlacedPill {
  id: string;
  x: number;
  w: number;
  label: string;
  icon: string;
  focused: boolean;
  primary: boolean;
}
const GAP = 20;

/** Lays out buttons from left to right; `focus` is -1 if none is focused. */
export function placePills(specs: readonly PillSpec[], focus: number): PlacedPill[] {
  let x = 0;
  return specs.map((spec, i) => {
    const w = pillWidth(spec.label, spec.icon);
    const at = { ...spec, x, w, focused: i === focus, primary: spec.primary === true };
    x += w + GAP;
    return at;
  });
}

export default Blits.Component('PillRow', {
  components: { Pill },
  template: `
    <Element>
      <Pill
        :for="pill in $pills" key="$pill.id" :x="$pill.x" :w="$pill.w" :label="$pill.label" :icon="$pill.icon"
        :focused="$pill.focused" :primary="$pill.primary"
      />
    </Element>
  `,
  state() {
    return { pills: [] as PlacedPill[] };
  },
  methods: {
    set(specs: PillSpec[], focus: number): void {
      this.pills = placePills(specs, focus);
    },
  },
});
