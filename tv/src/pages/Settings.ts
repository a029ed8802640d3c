// Account, language, subtitles, parental PIN, server, about. Changing what the PIN protects requires the PIN.
import Blits from '@lightningjs/blits';
import pack from '../../package.json';
import ChoiceDialog from '../components/ChoiceDialog';
import { chooseProfile } from '../components/chooseProfile';
import SettingsList, { type SettingsItem } from '../components/SettingsList';
import { ref } from '../components/refs';
import PinDialog from '../components/PinDialog';
import { platform } from '../platform';
import { updateScreen } from '../screenState';
import { session, type Preferences } from '../session';
import { AGES } from '../state/parentalLock';
import { languageName, t } from '../i18n/index';

const PLATFORMS = { tizen: 'Tizen', webos: 'webOS', firetv: 'Fire TV', androidtv: 'Android TV', browser: 'Browser' };
const CAPTIONS = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'tr', 'uk', 'ar', 'ja', 'zh'];

export default Blits.Component('SettingsPage', {
  components: { SettingsList, ChoiceDialog, PinDialog },
  template: `
    <Element w="1920" h="1080">
      <Text
        x="300" y="84" :content="$heading" font="FigtreeStrong" :size="$$theme.size.display" :color="$$theme.text"
      />
      <SettingsList ref="list" x="300" y="220" />
      <ChoiceDialog ref="chooser" />
      <PinDialog ref="pin" />
    </Element>
  `,
  state() {
    return { index: 0, heading: t('settings') };
  },
  hooks: {
    focus() {
      updateScreen(this, { route: 'settings', state: 'ready' });
      this.draw();
    },
  },
  methods: {
    items(): SettingsItem[] {
      const { site, preferences, parentalLock, client } = session;
      const pin =
        parentalLock.limit === null ? t('settings.pin.off') : t('settings.pin.above', { age: parentalLock.limit });
      const captions = preferences.captions;
      const languageLabel =
        preferences.language === 'auto' ? t('settings.language.auto') : languageName(preferences.language);
      return [
        {
          id: 'account',
          icon: 'user',
          label: t('settings.account'),
          value: site?.user ? t('settings.signed_in', { name: site.user.name }) : t('settings.signed_out'),
        },
        ...(session.hasProfiles
          ? [{ id: 'profile', icon: 'users', label: t('settings.profile'), value: site?.user?.profile.name ?? '' }]
          : []),
        { id: 'language', icon: 'languages', label: t('settings.language'), value: languageLabel },
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
      const items: SettingsItem[] = this.items();
      this.heading = t('settings');
      ref(this, 'list').set(items, this.index);
      const item = items[this.index];
      if (this.hasFocus) updateScreen(this, { focus: `${item?.label}: ${item?.value}`, text: item?.value ?? '' });
    },
    step(by: number): void {
      this.index = Math.max(0, Math.min(this.items().length - 1, this.index + by));
      this.draw();
    },
    async activate(): Promise<void> {
      const id = (this.items() as SettingsItem[])[this.index]?.id;
      if (id === 'account') await this.account();
      else if (id === 'profile') await this.profile();
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
      if ((await ref(this, 'chooser').prompt(t('settings.sign_out.ask'), [t('settings.sign_out'), t('cancel')])) !== 0)
        return;
      await session.signOut();
      await session.connect(session.client.base).catch(() => this.$router.to('/pair'));
    },
    async profile(): Promise<void> {
      await chooseProfile({ chooser: ref(this, 'chooser'), pin: ref(this, 'pin') }).catch(() => false);
    },
    async language(): Promise<void> {
      const values: Preferences['language'][] = ['auto', 'en', 'de'];
      const labels = [t('settings.language.auto'), 'English', 'Deutsch'];
      const at = values.indexOf(session.preferences.language);
      const answer: number | null = await ref(this, 'chooser').prompt(t('settings.language'), labels, at);
      if (answer === null) return;
      session.setPreferences({ language: values[answer] ?? 'auto' });
      session.contentRevision++;
    },
    async captions(): Promise<void> {
      const values = ['off', ...CAPTIONS];
      const labels = [t('settings.captions.off'), ...CAPTIONS.map(languageName)];
      const at = values.indexOf(session.preferences.captions ?? 'off');
      const answer: number | null = await ref(this, 'chooser').prompt(t('settings.captions'), labels, at);
      if (answer !== null) session.setPreferences({ captions: values[answer] ?? 'off' });
    },
    async pinMenu(): Promise<void> {
      const { parentalLock } = session;
      if (parentalLock.limit === null) return this.choosePin();
      if (!(await this.confirmPin())) return;
      const labels = [t('settings.pin.limit'), t('settings.pin.change'), t('settings.pin.remove')];
      const answer: number | null = await ref(this, 'chooser').prompt(t('settings.pin'), labels);
      if (answer === 0) {
        const limit: number | null = await this.chooseAge(parentalLock.limit);
        if (limit !== null) parentalLock.setLimit(limit);
      } else if (answer === 1) await this.choosePin();
      else if (answer === 2) parentalLock.clear();
    },
    /** Asks for the PIN until it is right (true) or the dialog is left (false). */
    async confirmPin(): Promise<boolean> {
      let words = t('pin.settings');
      let wrong = false;
      for (;;) {
        const pin: string | null = await ref(this, 'pin').prompt(t('pin.title'), words, wrong);
        if (pin === null) return false;
        const check = session.parentalLock.check(pin);
        if (check === 'right') return true;
        words = t(check === 'locked' ? 'pin.locked' : 'pin.wrong');
        wrong = true;
      }
    },
    async choosePin(): Promise<void> {
      let words = t('pin.new.text');
      let wrong = false;
      for (;;) {
        const first: string | null = await ref(this, 'pin').prompt(t('pin.new'), words, wrong);
        if (first === null) return;
        const second: string | null = await ref(this, 'pin').prompt(t('pin.again'), '');
        if (second === null) return;
        if (first === second) {
          const limit: number | null = session.parentalLock.limit ?? (await this.chooseAge(null));
          if (limit !== null) session.parentalLock.set(first, limit);
          return;
        }
        words = t('pin.differ');
        wrong = true;
      }
    },
    async chooseAge(now: number | null): Promise<number | null> {
      const labels = AGES.map((age) => t('pin.age.years', { age }));
      const at = (AGES as readonly (number | null)[]).indexOf(now);
      const answer: number | null = await ref(this, 'chooser').prompt(t('pin.age'), labels, at);
      return answer === null ? null : (AGES[answer] ?? null);
    },
    async server(): Promise<void> {
      const labels = [t('settings.server.change'), t('cancel')];
      if ((await ref(this, 'chooser').prompt(t('settings.server.ask'), labels)) !== 0) return;
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
      /** single column */
    },
    right() {
      /** single column */
    },
    enter() {
      void this.activate();
    },
  },
});
