// Signs in with a phone: shows a code to scan or type, and continues once it is approved.
import Blits from '@lightningjs/blits';
import { Problem } from '../../../web_ui/shared/problem';
import { asProblem } from '../api/client';
import type { DeviceAuthorization } from '../../../web_ui/shared/viewerApi';
import Notice from '../components/Notice';
import { ref } from '../components/refs';
import { qrPng } from '../components/qrCode';
import { updateScreen } from '../screenState';
import { session } from '../session';
import { requestDeviceCode, pollForToken } from '../state/deviceGrant';
import { t } from '../i18n/index';

export default Blits.Component('PairPage', {
  components: { Notice },
  template: `
    <Element w="1920" h="1080">
      <Text
        x="96" y="150" content="$heading" font="FigtreeStrong" :size="$$theme.size.display" :color="$$theme.text"
        maxwidth="1000"
      />
      <Text
        x="96" y="244" :content="$why" :size="$$theme.size.text" :color="$$theme.muted" maxwidth="900" maxlines="2"
        lineheight="36"
      />
      <Text x="96" y="380" content="$scan" :size="$$theme.size.text" :color="$$theme.muted" maxwidth="900" />
      <Text
        x="96" y="428" :content="$address" font="FigtreeStrong" :size="$$theme.size.title" :color="$$theme.text"
        maxwidth="1000" maxlines="2" lineheight="48"
      />
      <Text x="96" y="540" content="$enter" :size="$$theme.size.text" :color="$$theme.muted" />
      <Text
        x="96" y="584" :content="$code" font="FigtreeStrong" size="96" letterspacing="8" :color="$$theme.text"
        maxwidth="1000" maxlines="1"
      />
      <Text x="96" y="760" content="$waiting" :size="$$theme.size.fine" :color="$$theme.muted" />
      <Element x="1244" y="230" w="580" h="580" color="$$theme.panel" shader="$round" />
      <Element :show="$picture !== ''" x="1264" y="250" w="540" h="540" :src="$picture" />
      <Notice ref="notice" backdropAlpha="1" />
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
      polling: new AbortController(),
    };
  },
  computed: {
    round(): object {
      return { type: 'RoundedRectangle', props: { radius: 24 } };
    },
  },
  hooks: {
    ready() {
      void this.startPairing();
    },
    focus() {
      updateScreen(this, { route: 'pair' });
    },
    destroy() {
      this.polling.abort();
    },
  },
  methods: {
    async startPairing(): Promise<void> {
      const { signal } = this.polling as AbortController;
      updateScreen(this, { state: 'loading', focus: t('loading') });
      try {
        const code: DeviceAuthorization = await requestDeviceCode(session.client);
        if (signal.aborted) return;
        this.address = code.verification_uri.replace(/^https?:\/\//, '');
        this.code = code.user_code;
        this.picture = qrPng(code.verification_uri_complete);
        updateScreen(this, { state: 'ready', focus: `${t('pair.title')}: ${code.user_code}`, text: code.user_code });
        const result = await pollForToken(session.client, code, signal);
        if (signal.aborted) return;
        if (!('token' in result)) {
          const denied = 'failed' in result && result.failed === 'access_denied';
          throw new Problem(0, denied ? 'access_denied' : 'expired_token', {
            title: t(denied ? 'pair.denied' : 'pair.expired'),
            remedy: t('pair.again'),
          });
        }
        session.signIn(result.token);
        await session.connect(session.client.base);
        this.leave();
      } catch (error) {
        if (signal.aborted) return;
        if (await ref(this, 'notice').showProblem(asProblem(error))) void this.startPairing();
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
