import { describe, expect, it } from 'vitest';
import {
  coverage,
  initialValues,
  isLong,
  percentDone,
  settingsToSave,
  type Provider,
} from '../../src/studio/protection/protection';
import { hasRegions, viewOf } from '../../src/studio/protection/audiences';
import { isApplicable } from '../../src/studio/resource/Actions';
import type { Resource } from '../../src/studio/api/schema';

const provider: Provider = {
  name: 'p',
  label: 'P',
  systems: [],
  issues_keys: false,
  settings_schema: {
    properties: {
      tenant: { type: 'string' },
      key: { type: 'string', format: 'password', writeOnly: true },
      pem: { type: 'string', maxLength: 16384 },
      level: { type: 'string', enum: ['', 'UHD'], default: '' },
      hours: { anyOf: [{ type: 'integer' }, { type: 'null' }], default: 12 },
      strict: { type: 'boolean', default: true },
    },
    required: ['tenant', 'key'],
  },
  settings: { tenant: 'acme', strict: false },
  secrets: { key: { set_at: '2026-01-01T00:00:00Z', set_by: 'ann' } },
  updated_at: null,
  problem: null,
};

describe('the form of an account', () => {
  it('begins with what is saved, then the defaults, without secrets', () => {
    expect(initialValues(provider)).toEqual({
      tenant: 'acme',
      key: '',
      pem: '',
      level: '',
      hours: '12',
      strict: false,
    });
  });
  it('leaves secrets out unless something was entered', () => {
    const values = { ...initialValues(provider), tenant: ' quay ' };
    expect(settingsToSave(provider, values)).toEqual({ tenant: 'quay', pem: '', level: '', hours: 12, strict: false });
    expect(settingsToSave(provider, { ...values, key: ' s\n' }).key).toBe('s');
    expect(settingsToSave(provider, { ...values, hours: 'twelve' }).hours).toBe('twelve');
  });
  it('has a text area for long values', () => {
    expect(Object.entries(provider.settings_schema.properties!).filter(([, s]) => isLong(s))[0]![0]).toBe('pem');
  });
});

describe('progress of changes', () => {
  it.each([
    [{ protected: 0, clear: 0, changing: 0, failed: 0 }, 'empty', 100],
    [{ protected: 0, clear: 4, changing: 4, failed: 0 }, 'none', 0],
    [{ protected: 1, clear: 3, changing: 3, failed: 0 }, 'some', 25],
    [{ protected: 4, clear: 0, changing: 0, failed: 1 }, 'all', 100],
    [{ protected: 1, clear: 0, changing: 9, failed: 0 }, 'all', 0],
  ])('%o', (counts, covered, percent) => {
    expect([coverage(counts), percentDone(counts)]).toEqual([covered, percent]);
  });
});

describe('what audiences get', () => {
  const now = Date.parse('2026-06-01T00:00:00Z');
  const views = (record: object) =>
    (['anybody', 'viewer', 'staff'] as const).map((a) =>
      viewOf(a, { id: 'x', status: 'published', visibility: 'public', ...record }, now),
    );
  it.each([
    [{}, ['plays', 'plays', 'plays']],
    [{ visibility: 'members' }, ['page', 'plays', 'plays']],
    [{ visibility: 'entitled' }, ['page', 'page', 'plays']],
    [{ visibility: 'private' }, ['nothing', 'nothing', 'plays']],
    [{ status: 'draft' }, ['nothing', 'nothing', 'plays']],
    [{ published_from: '2026-06-02T00:00:00Z' }, ['nothing', 'nothing', 'plays']],
    [{ published_until: '2026-05-31T00:00:00Z' }, ['nothing', 'nothing', 'plays']],
    [{ published_from: '2026-06-01T00:00:00Z', published_until: null }, ['plays', 'plays', 'plays']],
  ])('%o', (record, expected) => {
    expect(views(record)).toEqual(expected);
  });
  it.each([
    [null, false],
    [{ mode: 'deny', countries: [] }, false],
    [{ mode: 'deny', countries: ['DE'] }, true],
    [{ mode: 'allow', countries: [] }, true],
  ])('rule for regions %o', (regions, expected) => {
    expect(hasRegions({ id: 'x', regions })).toBe(expected);
  });
});

it('new keys are offered for encrypted media that are ready', () => {
  const media = { name: 'media' } as Resource;
  const offered = (state: string, encryption: string) => isApplicable(media, 'rekey', { id: 'x', state, encryption });
  expect([offered('ready', 'cbcs'), offered('ready', 'none'), offered('encoding', 'cbcs')]).toEqual([
    true,
    false,
    false,
  ]);
});
