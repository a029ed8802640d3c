// The session: the client, the site document and the stored preferences.
import { Client } from './api/client';
import type { SiteInfo } from '../../web_ui/shared/viewerApi';
import { ParentalLock } from './state/parentalLock';
import { createStore, type Store } from './state/storage';
import { setAccent } from './theme';
import { setLanguage } from './i18n/index';

export interface Preferences {
  language: 'auto' | 'en' | 'de';
  captions: string | null;
}

class Session {
  readonly store: Store = createStore(localStorage);
  readonly parentalLock = new ParentalLock(this.store);
  client = new Client('');
  site: SiteInfo | null = null;
  /** Incremented when the content of the home page may have changed: after playback, sign-in and sign-out. */
  contentRevision = 0;

  get server(): string | null {
    return this.store.get<string | null>('server', null);
  }

  get preferences(): Preferences {
    return { language: 'auto', captions: null, ...this.store.get<Partial<Preferences>>('preferences', {}) };
  }

  setPreferences(change: Partial<Preferences>): void {
    this.store.set('preferences', { ...this.preferences, ...change });
    this.applyLanguage();
  }

  applyLanguage(): void {
    const { language } = this.preferences;
    setLanguage(language === 'auto' ? navigator.language : language);
  }

  /** Connects to a server. Throws a Problem, or a TypeError if the response is not OTNet's. */
  async connect(base: string): Promise<SiteInfo> {
    const client = new Client(base);
    client.token = this.store.get<string | null>(`token ${base}`, null);
    this.client = client;
    const site = await client.get<SiteInfo>('/api/v1/site');
    if (typeof site?.organization?.name !== 'string') throw new TypeError('not an OTNet server');
    client.csrf = site.csrf;
    this.site = site;
    this.store.set('server', base);
    setAccent(site.organization.accent);
    return site;
  }

  signIn(token: string): void {
    this.client.token = token;
    this.store.set(`token ${this.client.base}`, token);
    this.contentRevision++;
  }

  /** Whether somebody has been asked who is watching since the application started. */
  profileAsked = false;

  get hasProfiles(): boolean {
    return (this.site?.user?.profiles ?? 0) > 1;
  }

  /** Changes to another profile of the account. Throws a Problem for a wrong PIN. */
  async switchProfile(id: string, pin: string): Promise<void> {
    await this.client.put('/api/v1/me/profile', { id, pin });
    this.profileAsked = true;
    this.contentRevision++;
    await this.connect(this.client.base);
  }

  async signOut(): Promise<void> {
    await this.client.post('/api/v1/auth/logout').catch(() => undefined);
    this.store.remove(`token ${this.client.base}`);
    this.client.token = null;
    this.contentRevision++;
  }

  forgetServer(): void {
    this.store.remove(`token ${this.client.base}`);
    this.store.remove('server');
  }
}

export const session = new Session();
