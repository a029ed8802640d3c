/** The engine without a user interface, for players with their own controls, such as the television app. */
import { OTNetEngine } from './engine';
import type { Engine, EngineOptions } from './types';

export type { Chapter, Elsewhere, PlayerConfig } from '../config/config';
export { ConfigError, parseConfig } from '../config/parse';
export type * from './types';

export function createEngine(video: HTMLMediaElement, options: EngineOptions = {}): Engine {
  return new OTNetEngine(video, options);
}
