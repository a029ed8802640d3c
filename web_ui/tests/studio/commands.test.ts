import { describe, expect, it } from 'vitest';
import { matchesWords } from '../../src/studio/commands/matchesWords';
import { grantableRoles } from '../../src/studio/team/team';
import { groupOptions } from '../../src/studio/webhooks/groups';

describe('matchesWords', () => {
  it.each([
    ['New: Film', '', true],
    ['New: Film', 'fi', true],
    ['New: Film', 'film new', true],
    ['New: Film', 'ilm', false],
    ['Übersicht', 'uber', true],
    ['Viewers’ site', 'site', true],
    ['Home', 'home page', false],
  ])('%s, %s → %s', (label, search, matches) => {
    expect(matchesWords(label, search)).toBe(matches);
  });
});

describe('grantableRoles', () => {
  it('are those up to the own role, highest first', () => {
    expect(grantableRoles('editor')).toEqual(['editor', 'analyst', 'reader', 'audience']);
    expect(grantableRoles('')).toEqual([]);
  });
});

describe('groupOptions', () => {
  it('puts media first and keeps the order of the others', () => {
    const options = ['content.created', 'genre.created', 'media.ready', 'content.deleted'].map((value) => ({
      value,
      label: value,
    }));
    expect(groupOptions(options).map(([name, group]) => [name, group.length])).toEqual([
      ['media', 1],
      ['content', 2],
      ['genre', 1],
    ]);
  });
});
