// The banner over a channel: its number and name, what is on with its progress, what follows, and the buttons.
import Blits from '@lightningjs/blits';
import type { ChannelLine } from '../live/channelLine';
import { theme } from '../theme';
import { t } from '../i18n/index';
import PillRow, { type PillSpec } from './PillRow';
import { ref } from './refs';
import { textWidth } from './textWidth';

export default Blits.Component('ChannelBanner', {
  components: { PillRow },
  template: `
    <Element :alpha.transition="{value: $shown ? 1 : 0, duration: 160, easing: 'ease-out'}">
      <Element y="400" w="1920" h="300" color="$shade" />
      <Element y="700" w="1920" h="380" color="$$theme.veil" />
      <Text
        x="96" y="724" :content="$number" font="FigtreeStrong" :size="$$theme.size.display" :color="$$theme.text"
        maxwidth="136" maxlines="1" lineheight="70"
      />
      <Text
        x="240" y="716" :content="$name" :size="$$theme.size.text" :color="$$theme.muted" maxwidth="900" maxlines="1"
        lineheight="38"
      />
      <Element
        :x="$badgeX" y="718" :w="$badgeWidth" h="34" color="$$theme.tally" :alpha="$isLive ? 1 : 0" shader="$badgeShape"
      >
        <Text
          x="12" y="1" :content="$badge" font="FigtreeStrong" :size="$$theme.size.fine" :color="$$theme.bg"
          lineheight="32"
        />
      </Element>
      <Text
        x="240" y="756" :content="$title" font="FigtreeStrong" :size="$$theme.size.heading" :color="$$theme.text"
        maxwidth="1584" maxlines="1" lineheight="60"
      />
      <Element x="240" y="836" w="1584" h="8" color="$$theme.track" />
      <Element x="240" y="836" :w="$progress * 1584" h="8" :color="$$theme.accent" />
      <Text
        x="240" y="856" :content="$span" :size="$$theme.size.fine" :color="$$theme.text" maxwidth="400" maxlines="1"
      />
      <Text
        x="660" y="856" :content="$next" :size="$$theme.size.fine" :color="$$theme.muted" align="right" maxwidth="1164"
        maxlines="1"
      />
      <PillRow ref="pills" x="240" y="928" />
    </Element>
  `,
  props: ['shown'],
  state() {
    return {
      number: '',
      name: '',
      isLive: false,
      title: '',
      span: '',
      progress: 0,
      next: '',
      badge: t('player.live').toUpperCase(),
      badgeX: 0,
      badgeWidth: 0,
    };
  },
  computed: {
    shade(): object {
      return { top: theme.clear, bottom: theme.veil };
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
    /** `focus`: the focused button, or -1. */
    set(line: ChannelLine, pills: PillSpec[], focus: number): void {
      this.number = line.number;
      this.name = line.name;
      this.isLive = line.isLive;
      this.title = line.title;
      this.span = line.span;
      this.progress = line.progress;
      this.next = line.next;
      this.badgeX = 240 + Math.min(900, textWidth(line.name, theme.size.text)) + 20;
      ref(this, 'pills').set(pills, focus);
    },
  },
});
