/**
 * Validates a configuration and reports the first invalid field: its path, the reason and the remedy. Pure. Fields
 * whose names begin with `x-` are ignored.
 */
import { CONFIG, type PlayerConfig } from './config';
import type { Shape } from './shape';

/**
 * A validation error as message keys. `explain.ts` turns them into sentences and is loaded only when there is an
 * error.
 */
export class ConfigIssue extends Error {
  constructor(
    readonly field: string,
    readonly reason: string,
    readonly remedy: string,
    readonly values: Record<string, string | number>,
  ) {
    super(`${field}: ${reason}`);
  }
}

const show = (value: unknown): string => {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 40 ? `${json.slice(0, 39)}…` : json;
};
const quoted = (quotedNames: readonly unknown[]): string => quotedNames.map((w) => JSON.stringify(w)).join(', ');

class Checker {
  #fail(path: string, reason: string, remedy: string, values: Record<string, string | number> = {}): never {
    throw new ConfigIssue(path, reason, remedy, values);
  }

  check(value: unknown, shape: Shape, path: string): void {
    const expectKind = (kind: string, matches: boolean): void => {
      if (!matches) this.#fail(path, 'is', `want_${kind}`, { value: show(value) });
    };
    switch (shape.t) {
      case 'text':
        expectKind('text', typeof value === 'string' && value !== '');
        return;
      case 'flag':
        expectKind('flag', typeof value === 'boolean');
        return;
      case 'colour':
        expectKind('colour', typeof value === 'string' && /^#([\da-f]{3}|[\da-f]{6})$/i.test(value));
        return;
      case 'whole':
        if (value !== shape.is) this.#fail(path, 'is', 'want_word', { value: show(value), words: shape.is });
        return;
      case 'word':
        if (!shape.of.includes(value as string)) {
          this.#fail(path, 'is', 'want_word', { value: show(value), words: quoted(shape.of) });
        }
        return;
      case 'number': {
        expectKind('number', Number.isFinite(value));
        const { min = -Infinity, max = Infinity } = shape;
        if ((value as number) < min || (value as number) > max) {
          const range = max === Infinity ? `≥ ${min}` : `${min}–${max}`;
          this.#fail(path, 'is', 'want_range', { value: show(value), range });
        }
        return;
      }
      case 'list':
        expectKind('list', Array.isArray(value));
        (value as unknown[]).forEach((item, i) => this.check(item, shape.of, `${path}[${i}]`));
        return;
      case 'map':
        expectKind('object', isObject(value));
        for (const [key, item] of Object.entries(value as object)) this.check(item, shape.of, `${path}.${key}`);
        return;
      case 'either':
        this.#checkUnion(value, shape.of, path);
        return;
      case 'self':
        this.check(value, CONFIG, path);
        return;
      case 'object':
        expectKind('object', isObject(value));
        this.#object(value as Record<string, unknown>, shape, path);
    }
  }

  /**
   * Reports the error of the best matching alternative: the one that knows the field and failed deepest in the value.
   */
  #checkUnion(value: unknown, shapes: readonly Shape[], path: string): void {
    const errors: ConfigIssue[] = [];
    for (const shape of shapes) {
      try {
        this.check(value, shape, path);
        return;
      } catch (error) {
        errors.push(error as ConfigIssue);
      }
    }
    const score = ({ field, reason }: ConfigIssue): number => field.split(/[.[]/).length * 2 + +(reason !== 'unknown');
    throw errors.reduce((best, e) => (score(e) > score(best) ? e : best));
  }

  #object(value: Record<string, unknown>, shape: Shape & { t: 'object' }, path: string): void {
    const known = { ...shape.required, ...shape.optional };
    const at = (name: string): string => (path ? `${path}.${name}` : name);
    for (const name of Object.keys(value)) {
      if (name in known || name.startsWith('x-')) continue;
      this.#fail(at(name), 'unknown', 'remove', { name, known: Object.keys(known).join() });
    }
    for (const name of Object.keys(shape.required)) {
      if (value[name] === undefined) this.#fail(at(name), 'missing', 'add');
    }
    for (const [name, field] of Object.entries(known)) {
      if (value[name] !== undefined) this.check(value[name], field, at(name));
    }
    if (shape === CONFIG) this.#checkAcrossFields(value as PlayerConfig, at);
  }

  /** Checks that involve more than one field. */
  #checkAcrossFields(config: PlayerConfig, at: (name: string) => string): void {
    if (!config.sources.dash && !config.sources.hls) this.#fail(at('sources'), 'no_source', 'add_source');
    if (config.end != null && config.end <= (config.start ?? 0)) this.#fail(at('end'), 'before_start', 'after_start');
    let last = -1;
    config.chapters?.forEach(({ start }, i) => {
      if (start <= last) this.#fail(at(`chapters[${i}].start`), 'not_later', 'sort_chapters');
      last = start;
    });
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns the configuration; throws a `ConfigIssue` if it is invalid. Accepts an object or JSON text. */
export function checkConfig(value: unknown): PlayerConfig {
  let parsed = value;
  if (typeof value === 'string') {
    try {
      parsed = JSON.parse(value);
    } catch (error) {
      throw new ConfigIssue('', 'not_json', 'fix_json', { reason: (error as Error).message });
    }
  }
  new Checker().check(parsed, CONFIG, '');
  return parsed as PlayerConfig;
}
