// Connects the engine to the controls: handles keys, calls the engine, and provides flat values for drawing. It uses
// neither the canvas nor the clock, so that tests can use a fake engine.
import type { Key } from '../keys/keyMaps';
import { formatClock } from '../../../web_ui/shared/time';
import { languageName, t, formatSpeed } from '../i18n/index';
import {
  HIDDEN,
  MENUS,
  nextControlsState,
  commitScrub,
  type ButtonName,
  type Command,
  type PlaybackFacts,
  type MenuName,
  type ControlsState,
} from './controlsState';
import type { Engine } from './types';

export const CONTROLS_HIDE_MS = 5000;
export const SCRUB_COMMIT_MS = 700;
export const UP_NEXT_S = 15;
export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const;
export interface MenuEntry {
  label: string;
  selected: boolean;
}
export interface PlayerNavigation {
  leave(): void;
  next(): void;
  hasNext(): boolean;
}
const ICONS: Record<ButtonName, string> = {
  play: 'play',
  restart: 'rotate-ccw',
  chapters: 'list-video',
  captions: 'captions',
  audio: 'volume-2',
  quality: 'sliders-horizontal',
  speed: 'gauge',
  next: 'skip-forward',
  live: 'tv',
};

export class PlayerController {
  transport: ControlsState = HIDDEN;
  private lastKeyAt = 0;

  constructor(
    readonly engine: Engine,
    private readonly navigation: PlayerNavigation,
  ) {}

  get playing(): boolean {
    return this.engine.state === 'playing' || this.engine.state === 'buffering';
  }

  get position(): number {
    return this.engine.video.currentTime || 0;
  }

  get range(): { start: number; end: number } {
    const { live } = this.engine;
    if (live.isLive) return { start: live.start, end: live.edge };
    const known = this.engine.duration ?? this.engine.video.duration;
    return { start: 0, end: Number.isFinite(known) && known > 0 ? known : 0 };
  }

  get buttons(): ButtonName[] {
    const { engine } = this;
    const names: ButtonName[] = ['play'];
    if (engine.live.isLive) names.push('live');
    else names.push('restart');
    if (this.navigation.hasNext()) names.push('next');
    if ((engine.config?.chapters?.length ?? 0) > 0) names.push('chapters');
    if (engine.texts().length > 0) names.push('captions');
    if (engine.audios().length > 1) names.push('audio');
    if (engine.qualities().length > 1) names.push('quality');
    if (!engine.live.isLive && engine.setSpeed) names.push('speed');
    return names;
  }

  icon(name: ButtonName): string {
    return name === 'play' && this.playing ? 'pause' : ICONS[name];
  }

  label(name: ButtonName): string {
    if (name === 'play') return t(this.playing ? 'player.pause' : 'player.play');
    return t(name === 'live' ? 'player.go_live' : `player.${name}`);
  }

  menuEntries(menu: MenuName): MenuEntry[] {
    const { engine } = this;
    switch (menu) {
      case 'chapters': {
        const chapters = engine.config?.chapters ?? [];
        const now = chapters.filter((c) => c.start <= this.position).length - 1;
        return chapters.map((c, i) => ({ label: `${formatClock(c.start)}  ${c.title}`, selected: i === now }));
      }
      case 'captions': {
        const texts = engine.texts();
        const off = { label: t('player.captions.off'), selected: texts.every((x) => !x.active) };
        return [off, ...texts.map((x) => ({ label: x.label || languageName(x.language), selected: x.active }))];
      }
      case 'audio':
        return engine.audios().map((x) => ({ label: x.label || languageName(x.language), selected: x.active }));
      case 'quality': {
        const auto = (engine.quality ?? 'auto') === 'auto';
        const all = engine.qualities();
        return [
          { label: t('player.quality.auto'), selected: auto },
          ...all.map((q) => ({
            label: `${q.height}p · ${(q.kbps / 1000).toFixed(1)} Mbit/s`,
            selected: !auto && q.active,
          })),
        ];
      }
      case 'speed':
        return SPEEDS.map((speed) => ({
          label: speed === 1 ? t('player.speed.normal') : formatSpeed(speed),
          selected: speed === (engine.speed ?? 1),
        }));
    }
  }

  handleKey(key: Key, repeats: number, now: number): void {
    this.lastKeyAt = now;
    const [next, commands] = nextControlsState(this.transport, key, this.playbackFacts(repeats));
    this.transport = next;
    for (const command of commands) this.execute(command);
  }

  /** Time-outs: commits the scrub position and hides the controls. */
  tick(now: number): void {
    if (this.transport.scrub !== null && now - this.lastKeyAt > SCRUB_COMMIT_MS) {
      for (const command of commitScrub(this.transport)) this.execute(command);
      this.transport = { ...this.transport, scrub: null };
    }
    const idle = now - this.lastKeyAt > CONTROLS_HIDE_MS;
    if (idle && this.playing && (this.transport.zone === 'bar' || this.transport.zone === 'buttons')) {
      this.transport = HIDDEN;
    }
  }

  /** Seconds until the next episode starts while the up-next card is shown, else null. */
  get upNext(): number | null {
    const { end } = this.range;
    const remainingS = end - this.position;
    const credits = this.engine.config?.markers?.find(({ kind }) => kind === 'credits');
    const isAtEnd = end > 4 * UP_NEXT_S && remainingS <= UP_NEXT_S;
    const isDue =
      this.navigation.hasNext() &&
      !this.engine.live.isLive &&
      (isAtEnd || this.position >= (credits?.start ?? Infinity));
    return isDue && this.position > 0 ? Math.max(0, Math.ceil(remainingS)) : null;
  }

  /** The end of the intro or recap that plays, in seconds, else null. */
  get skippableUntil(): number | null {
    const marker = this.engine.config?.markers?.find(
      ({ kind, start, end }) => kind !== 'credits' && this.position >= start && this.position < (end ?? 0),
    );
    return marker?.end ?? null;
  }

  private playbackFacts(repeats: number): PlaybackFacts {
    const menus: PlaybackFacts['menus'] = {};
    for (const name of MENUS) {
      const entries = this.menuEntries(name);
      menus[name] = { length: entries.length, chosen: entries.findIndex((e) => e.selected) };
    }
    const { start, end } = this.range;
    return { position: this.position, start, end, playing: this.playing, buttons: this.buttons, menus, repeats };
  }

  private execute(command: Command): void {
    switch (command.do) {
      case 'play':
        void this.engine.play().catch(() => undefined);
        break;
      case 'pause':
        this.engine.pause();
        break;
      case 'seek':
        this.engine.seek(command.to);
        break;
      case 'next':
        this.navigation.next();
        break;
      case 'leave':
        this.navigation.leave();
        break;
      case 'live':
        this.engine.goLive();
        break;
      case 'choose':
        this.select(command.menu, command.item);
        break;
    }
  }

  private select(menu: MenuName, item: number): void {
    const { engine } = this;
    if (menu === 'chapters') engine.seek(engine.config?.chapters?.[item]?.start ?? 0);
    else if (menu === 'captions') engine.setText(item === 0 ? null : (engine.texts()[item - 1]?.id ?? null));
    else if (menu === 'audio') engine.setAudio(engine.audios()[item]?.id ?? '');
    else if (menu === 'speed') engine.setSpeed?.(SPEEDS[item] ?? 1);
    else engine.setQuality(item === 0 ? 'auto' : (engine.qualities()[item - 1]?.id ?? 'auto'));
  }
}
