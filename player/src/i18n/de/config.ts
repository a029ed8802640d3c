/** Was zu einer falschen Konfiguration gesagt wird. */
import type en from '../en/config';

const de: Record<keyof typeof en, string> = {
  'config.wrong': 'Die Konfiguration des Players ist bei „{field}“ falsch: {reason}. {remedy}',
  'config.whole': 'das Ganze',
  'config.is': 'da steht {value}',
  'config.missing': 'es fehlt',
  'config.unknown': 'dieses Feld gibt es nicht',
  'config.add': 'Ergänzen.',
  'config.remove': 'Entfernen, oder den Namen mit „x-“ beginnen, wenn es ein eigenes Feld ist.',
  'config.did_you_mean': 'War „{near}“ gemeint?',
  'config.want_text': 'Einen Text angeben.',
  'config.want_flag': 'true oder false angeben.',
  'config.want_number': 'Eine Zahl angeben.',
  'config.want_range': 'Eine Zahl im Bereich {range} angeben.',
  'config.want_word': 'Eines davon angeben: {words}.',
  'config.want_colour': 'Eine Farbe wie "#3D7EFF" angeben.',
  'config.want_list': 'Eine Liste angeben.',
  'config.want_object': 'Ein Objekt angeben.',
  'config.no_source': 'es nennt kein Manifest',
  'config.add_source': '„dash“, „hls“ oder beides angeben.',
  'config.before_start': 'es liegt nicht nach „start“',
  'config.after_start': 'Eine spätere Zeit angeben.',
  'config.not_later': 'es kommt nicht nach dem Kapitel davor',
  'config.sort_chapters': 'Die Kapitel nach der Zeit ordnen.',
  'config.not_json': 'das ist kein JSON ({reason})',
  'config.fix_json': 'Gültiges JSON schreiben.',
};
export default de;
