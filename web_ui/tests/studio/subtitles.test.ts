import { expect, test } from 'vitest';
import { cuesOf, languageOfName, rolesOfName } from '../../src/studio/subtitles/subtitles';

test('cues of WebVTT without markup', () => {
  const vtt =
    'WEBVTT\r\n\r\n00:00:01.000 --> 00:00:03.000\r\n<i>Hello</i> &amp; more\r\nTwo\r\n\r\nid\n01:00:02.500 --> 01:00:04.000 line:0\nBye';
  expect(cuesOf(vtt, 9)).toEqual([
    { start: '00:01', text: 'Hello & more\nTwo' },
    { start: '01:00:02', text: 'Bye' },
  ]);
  expect(cuesOf(vtt, 1).length).toBe(1);
  expect(cuesOf('no subtitles', 9)).toEqual([]);
});

test.each([
  ['Film.de.forced.srt', 'de', ['forced']],
  ['Film.pt-BR.srt', 'pt-BR', []],
  ['Film.SDH.EN.vtt', 'EN', ['sdh']],
  ['Film.srt', 'fr', []],
  ['Mr. No.one.cc.srt', 'fr', ['sdh']],
])('language and roles of %s', (name, language, roles) => {
  expect(languageOfName(name, ['en', 'de', 'pt'], 'fr')).toBe(language);
  expect(rolesOfName(name)).toEqual(roles);
});
