import { afterEach, describe, expect, it, vi } from 'vitest';
import { changeLocale } from '../../src/studio/i18n';
import { optionLabel } from '../../src/studio/i18n/labels';
import type { Field } from '../../src/studio/api/schema';

vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
vi.stubGlobal('document', { documentElement: {} });
const EVENTS = { name: 'events' } as Field;

describe('labels of events', () => {
  afterEach(() => changeLocale('en'));

  it('are those of the server in English', () => {
    expect(optionLabel(EVENTS, { value: 'content.created', label: 'Content created' })).toBe('Content created');
  });

  it('are made of translated words in German', () => {
    changeLocale('de');
    expect(optionLabel(EVENTS, { value: 'content.created', label: 'Content created' })).toBe('Inhalt: angelegt');
    expect(optionLabel(EVENTS, { value: 'media.failed', label: 'Media failed' })).toBe('Medium: fehlgeschlagen');
    expect(optionLabel(EVENTS, { value: 'plugin.hummed', label: 'Plugin hummed' })).toBe('Plugin hummed');
  });
});
