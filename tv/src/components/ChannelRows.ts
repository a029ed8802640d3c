// The list of channels: number, logo, name, what is on with its progress, and what follows. It has a few row slots,
// however many channels there are.
import Blits from '@lightningjs/blits';
import { imageVariant } from '../api/imageVariants';
import { channelLine, firstVisible } from '../live/channelLine';
import { initials } from '../focus/rowItems';
import { session } from '../session';
import { theme } from '../theme';
import { t } from '../i18n/index';
import { textWidth } from './textWidth';
import type { ChannelCard } from '../../../web_ui/shared/viewerApi';

const VISIBLE = 6;
const STEP = 144;
interface Row {
  slot: number;
  y: number;
  number: string;
  logo: string;
  initials: string;
  name: string;
  badgeX: number;
  badgeAlpha: number;
  title: string;
  span: string;
  next: string;
  played: number;
  background: string;
  textColor: string;
  mutedColor: string;
  trackColor: string;
}

export default Blits.Component('ChannelRows', {
  template: `
    <Element>
      <Element
        :for="row in $rows" key="$row.slot" :y="$row.y" w="1040" h="132" :color="$row.background" shader="$round"
      >
        <Text
          x="16" y="46" :content="$row.number" :size="$$theme.size.text" :color="$row.mutedColor" align="right"
          maxwidth="56" maxlines="1" lineheight="40"
        />
        <Element x="96" y="18" w="96" h="96" color="$$theme.raised" shader="$logoShape" />
        <Text
          x="96" y="46" :content="$row.initials" :size="$$theme.size.text" :color="$$theme.text" align="center"
          maxwidth="96" lineheight="40"
        />
        <Element x="96" y="18" w="96" h="96" :src="$row.logo" fit="contain" />
        <Text
          x="216" y="14" :content="$row.name" :size="$$theme.size.fine" :color="$row.mutedColor" maxwidth="360"
          maxlines="1" lineheight="32"
        />
        <Element
          :x="$row.badgeX" y="14" :w="$badgeWidth" h="32" color="$$theme.tally" :alpha="$row.badgeAlpha"
          shader="$badgeShape"
        >
          <Text
            x="12" y="0" :content="$badge" font="FigtreeStrong" :size="$$theme.size.fine" :color="$$theme.bg"
            lineheight="32"
          />
        </Element>
        <Text
          x="716" y="14" :content="$row.span" :size="$$theme.size.fine" :color="$row.mutedColor" align="right"
          maxwidth="300" maxlines="1" lineheight="32"
        />
        <Text
          x="216" y="46" :content="$row.title" font="FigtreeStrong" :size="$$theme.size.text" :color="$row.textColor"
          maxwidth="800" maxlines="1" lineheight="40"
        />
        <Element x="216" y="104" w="160" h="6" :color="$row.trackColor" />
        <Element x="216" y="104" :w="$row.played * 160" h="6" :color="$$theme.accent" />
        <Text
          x="400" y="90" :content="$row.next" :size="$$theme.size.fine" :color="$row.mutedColor" maxwidth="616"
          maxlines="1" lineheight="32"
        />
      </Element>
    </Element>
  `,
  state() {
    return { rows: [] as Row[], badge: t('player.live').toUpperCase(), badgeWidth: 0 };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: 12 } };
    },
    logoShape(): object {
      return { type: 'RoundedRectangle', props: { radius: theme.radius.control } };
    },
    badgeShape(): object {
      return { type: 'RoundedRectangle', props: { radius: 6 } };
    },
  },
  hooks: {
    init() {
      this.badgeWidth = textWidth(this.badge, theme.size.fine, 'FigtreeStrong') + 24;
    },
  },
  methods: {
    /** `active`: whether the focus is on this list. */
    set(channels: readonly ChannelCard[], focus: number, active: boolean): void {
      const first = firstVisible(focus, channels.length, VISIBLE);
      const now = Date.now();
      this.rows = channels.slice(first, first + VISIBLE).map((card, slot): Row => {
        const line = channelLine(card, now);
        const chosen = first + slot === focus;
        const focused = chosen && active;
        const logo = imageVariant(card.logo, 160);
        const nameWidth = Math.min(360, textWidth(line.name, theme.size.fine));
        return {
          slot,
          y: slot * STEP,
          number: line.number,
          logo: logo === '' ? '' : session.client.url(logo),
          initials: logo === '' ? initials(line.name) : '',
          name: line.name,
          badgeX: 216 + nameWidth + 16,
          badgeAlpha: line.isLive ? 1 : 0,
          title: line.title,
          span: line.span,
          next: line.next,
          played: line.progress,
          background: focused ? theme.text : chosen ? theme.raised : theme.panel,
          textColor: focused ? theme.bg : theme.text,
          mutedColor: focused ? theme.panel : theme.muted,
          trackColor: focused ? theme.muted : theme.track,
        };
      });
    },
  },
});
