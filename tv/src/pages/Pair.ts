// Signing in with a phone: a code to scan or to type there, and this screen goes on by itself once it is allowed.
import Blits from '@lightningjs/blits';
import { asProblem, Problem } from '../api/client';
import type { DeviceCode } from '../api/types';
import Notice from '../parts/Notice';
import { part } from '../parts/part';
import { qrPng } from '../parts/qr';
import { show } from '../screen';
import { session } from '../session';
import { askForCode, poll } from '../state/device';
import { t } from '../words/words';

export default Blits.Component('PairPage', {
  components: { Notice },
  template: `
    <Element w="1920" h="1080">
      <Text
        x="96" y="150" content="$heading" font="FigtreeStrong" :size="$$look.size.display" :color="$$look.text"
        maxwidth="1000"
      />
      <Text
        x="96" y="244" :content="$why" :size="$$look.size.text" :color="$$look.muted" maxwidth="900" maxlines="2"
        lineheight="36"
      />
      <Text x="96" y="380" content="$scan" :size="$$look.size.text" :color="$$look.muted" maxwidth="900" />
      <Text
        x="96" y="428" :content="$address" font="FigtreeStrong" :size="$$look.size.title" :color="$$look.text"
        maxwidth="1000" maxlines="2" lineheight="48"
      />
      <Text x="96" y="540" content="$enter" :size="$$look.size.text" :color="$$look.muted" />
      <Text
        x="96" y="584" :content="$code" font="FigtreeStrong" size="96" letterspacing="8" :color="$$look.text"
        maxwidth="1000" maxlines="1"
      />
      <Text x="96" y="760" content="$waiting" :size="$$look.size.fine" :color="$$look.muted" />
      <Element x="1244" y="230" w="580" h="580" color="$$look.panel" shader="$round" />
      <Element :show="$picture !== ''" x="1264" y="250" w="540" h="540" :src="$picture" />
      <Notice ref="notice" cover="1" />
    </Element>
  `,
  state() {
    return {
      heading: t('pair.title'),
      scan: t('pair.scan'),
      enter: t('pair.enter'),
      waiting: t('pair.waiting'),
      why: session.site === null ? t('pair.private') : '',
      address: '',
      code: '',
      picture: '',
      running: new AbortController(),
    };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: 24 } };
    },
  },
  hooks: {
    ready() {
      void this.pair();
    },
    focus() {
      show({ route: 'pair' });
    },
    destroy() {
      this.running.abort();
    },
  },
  methods: {
    async pair(): Promise<void> {
      const { signal } = this.running as AbortController;
      show({ state: 'loading', focus: t('loading') });
      try {
        const code: DeviceCode = await askForCode(session.client);
        if (signal.aborted) return;
        this.address = code.verification_uri.replace(/^https?:\/\//, '');
        this.code = code.user_code;
        this.picture = qrPng(code.verification_uri_complete ?? code.verification_uri);
        show({ state: 'ready', focus: `${t('pair.title')}: ${code.user_code}`, text: code.user_code });
        const end = await poll(session.client, code, signal);
        if (signal.aborted) return;
        if (!('token' in end)) {
          const denied = 'failed' in end && end.failed === 'access_denied';
          throw new Problem(
            0,
            denied ? 'access_denied' : 'expired_token',
            t(denied ? 'pair.denied' : 'pair.expired'),
            t('pair.again'),
          );
        }
        session.signIn(end.token);
        await session.connect(session.client.base);
        this.leave();
      } catch (error) {
        if (signal.aborted) return;
        if (await part(this, 'notice').fail(asProblem(error))) void this.pair();
        else this.leave();
      }
    },
    leave(): void {
      if (this.$router.back() === false) this.$router.to(session.site === null ? '/start' : '/home');
    },
  },
  input: {
    back() {
      this.leave();
    },
  },
});
