// A list of settings: name on the left, value on the right.
import Blits from '@lightningjs/blits';
import { theme } from '../theme';

export interface SettingsItem {
  id: string;
  icon: string;
  label: string;
  value: string;
}
const STEP = 100;
interface Row {
  id: string;
  y: number;
  icon: string;
  label: string;
  value: string;
  background: string;
  textColor: string;
  valueColor: string;
}

export default Blits.Component('SettingsList', {
  template: `
    <Element>
      <Element
        :for="item in $rows" key="$item.id" :y="$item.y" w="1320" h="88" :color="$item.background" shader="$round"
      >
        <Element x="32" y="26" w="36" h="36" :src="$item.icon" :color="$item.textColor" />
        <Text
          x="96" y="24" :content="$item.label" font="FigtreeStrong" :size="$$theme.size.text" :color="$item.textColor"
          lineheight="40"
        />
        <Text
          x="560" y="24" :content="$item.value" :size="$$theme.size.text" :color="$item.valueColor" align="right"
          maxwidth="724" maxlines="1" lineheight="40"
        />
      </Element>
    </Element>
  `,
  state() {
    return { rows: [] as Row[] };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: 12 } };
    },
  },
  methods: {
    set(items: SettingsItem[], focus: number): void {
      this.rows = items.map((item, i) => ({
        ...item,
        icon: `icons/${item.icon}.svg`,
        y: i * STEP,
        background: i === focus ? theme.text : theme.panel,
        textColor: i === focus ? theme.bg : theme.text,
        valueColor: i === focus ? theme.bg : theme.muted,
      }));
    },
  },
});
