// Account, language, subtitles, parental PIN, server, about. What the PIN protects can only be changed with the PIN.
import Blits from '@lightningjs/blits';
import pack from '../../package.json';
import Chooser from '../parts/Chooser';
import List, { type Item } from '../parts/List';
import { part } from '../parts/part';
import PinPad from '../parts/PinPad';
import { platform } from '../platform';
import { show } from '../screen';
import { session, type Preferences } from '../session';
import { AGES } from '../state/pin';
import { languageName, t } from '../words/words';

const PLATFORMS = { tizen: 'Tizen', webos: 'webOS', firetv: 'Fire TV', androidtv: 'Android TV', browser: 'Browser' };
const CAPTIONS = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'tr', 'uk', 'ar', 'ja', 'zh'];

export default Blits.Component('SettingsPage', {
  components: { List, Chooser, PinPad },
  template: `
    <Element w="1920" h="1080">
      <Text x="300" y="84" :content="$heading" font="FigtreeStrong" :size="$$look.size.display" :color="$$look.text" />
      <List ref="list" x="300" y="220" />
      <Chooser ref="chooser" />
      <PinPad ref="pin" />
    </Element>
  `,
  state() {
    return { index: 0, heading: t('settings') };
  },
  hooks: {
    focus() {
      show({ route: 'settings', state: 'ready' });
      this.draw();
    },
  },
  methods: {
    items(): Item[] {
      const { site, preferences, guard, client } = session;
      const pin = guard.limit === null ? t('settings.pin.off') : t('settings.pin.above', { age: guard.limit });
      const captions = preferences.captions;
      const own = preferences.language === 'auto' ? t('settings.language.auto') : languageName(preferences.language);
      return [
        {
          id: 'account',
          icon: 'user',
          label: t('settings.account'),
          value: site?.user ? t('settings.signed_in', { name: site.user.name }) : t('settings.signed_out'),
        },
        { id: 'language', icon: 'languages', label: t('settings.language'), value: own },
        {
          id: 'captions',
          icon: 'captions',
          label: t('settings.captions'),
          value: captions === null || captions === 'off' ? t('settings.captions.off') : languageName(captions),
        },
        { id: 'pin', icon: 'lock', label: t('settings.pin'), value: pin },
        { id: 'server', icon: 'server', label: t('settings.server'), value: client.base.replace(/^https?:\/\//, '') },
        {
          id: 'about',
          icon: 'info',
          label: t('settings.about'),
          value: t('settings.about.text', { version: pack.version, platform: PLATFORMS[platform] }),
        },
      ];
    },
    draw(): void {
      const items: Item[] = this.items();
      this.heading = t('settings');
      part(this, 'list').set(items, this.index);
      const item = items[this.index];
      if (this.hasFocus) show({ focus: `${item?.label}: ${item?.value}`, text: item?.value ?? '' });
    },
    step(by: number): void {
      this.index = Math.max(0, Math.min(5, this.index + by));
      this.draw();
    },
    async press(): Promise<void> {
      const id = (this.items() as Item[])[this.index]?.id;
      if (id === 'account') await this.account();
      else if (id === 'language') await this.language();
      else if (id === 'captions') await this.captions();
      else if (id === 'pin') await this.pinMenu();
      else if (id === 'server') await this.server();
      this.draw();
    },
    async account(): Promise<void> {
      if (!session.site?.user) {
        this.$router.to('/pair');
        return;
      }
      if ((await part(this, 'chooser').ask(t('settings.sign_out.ask'), [t('settings.sign_out'), t('cancel')])) !== 0)
        return;
      await session.signOut();
      await session.connect(session.client.base).catch(() => this.$router.to('/pair'));
    },
    async language(): Promise<void> {
      const values: Preferences['language'][] = ['auto', 'en', 'de'];
      const labels = [t('settings.language.auto'), 'English', 'Deutsch'];
      const at = values.indexOf(session.preferences.language);
      const answer: number | null = await part(this, 'chooser').ask(t('settings.language'), labels, at);
      if (answer === null) return;
      session.prefer({ language: values[answer] ?? 'auto' });
      session.changes++;
    },
    async captions(): Promise<void> {
      const values = ['off', ...CAPTIONS];
      const labels = [t('settings.captions.off'), ...CAPTIONS.map(languageName)];
      const at = values.indexOf(session.preferences.captions ?? 'off');
      const answer: number | null = await part(this, 'chooser').ask(t('settings.captions'), labels, at);
      if (answer !== null) session.prefer({ captions: values[answer] ?? 'off' });
    },
    async pinMenu(): Promise<void> {
      const { guard } = session;
      if (guard.limit === null) return this.choosePin();
      if (!(await this.known())) return;
      const labels = [t('settings.pin.limit'), t('settings.pin.change'), t('settings.pin.remove')];
      const answer: number | null = await part(this, 'chooser').ask(t('settings.pin'), labels);
      if (answer === 0) {
        const limit: number | null = await this.chooseAge(guard.limit);
        if (limit !== null) guard.setLimit(limit);
      } else if (answer === 1) await this.choosePin();
      else if (answer === 2) guard.clear();
    },
    /** Whether whoever holds the remote knows the PIN. */
    async known(): Promise<boolean> {
      let words = t('pin.settings');
      let wrong = false;
      for (;;) {
        const pin: string | null = await part(this, 'pin').ask(t('pin.title'), words, wrong);
        if (pin === null) return false;
        const check = session.guard.check(pin);
        if (check === 'right') return true;
        words = t(check === 'locked' ? 'pin.locked' : 'pin.wrong');
        wrong = true;
      }
    },
    async choosePin(): Promise<void> {
      let words = t('pin.new.text');
      let wrong = false;
      for (;;) {
        const first: string | null = await part(this, 'pin').ask(t('pin.new'), words, wrong);
        if (first === null) return;
        const second: string | null = await part(this, 'pin').ask(t('pin.again'), '');
        if (second === null) return;
        if (first === second) {
          const limit: number | null = session.guard.limit ?? (await this.chooseAge(null));
          if (limit !== null) session.guard.set(first, limit);
          return;
        }
        words = t('pin.differ');
        wrong = true;
      }
    },
    async chooseAge(now: number | null): Promise<number | null> {
      const labels = AGES.map((age) => t('pin.age.years', { age }));
      const at = (AGES as readonly (number | null)[]).indexOf(now);
      const answer: number | null = await part(this, 'chooser').ask(t('pin.age'), labels, at);
      return answer === null ? null : (AGES[answer] ?? null);
    },
    async server(): Promise<void> {
      const labels = [t('settings.server.change'), t('cancel')];
      if ((await part(this, 'chooser').ask(t('settings.server.ask'), labels)) !== 0) return;
      session.forgetServer();
      location.hash = '';
      location.reload();
    },
  },
  input: {
    up() {
      this.step(-1);
    },
    down() {
      this.step(1);
    },
    left() {
      /* one column */
    },
    right() {
      /* one column */
    },
    enter() {
      void this.press();
    },
  },
});
