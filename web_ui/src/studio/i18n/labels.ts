/** Localized names of resources, fields, options and actions. */
import type { Action, Field, Option, Resource } from '../api/schema';
import { currentLocale, schemaText, translate } from './index';

export const resourceTitle = (r: Resource): string => schemaText(r.title, `${r.name}.one`);
export const resourcePlural = (r: Resource): string => schemaText(r.title_plural, `${r.name}.many`);
export const resourceDoc = (r: Resource): string => schemaText(r.doc, `${r.name}.doc`);
export const fieldLabel = (f: Field, r?: Resource): string =>
  schemaText(f.label, ...(r ? [`${r.name}.field.${f.name}`] : []), `field.${f.name}`);
export const fieldHelp = (f: Field, r?: Resource): string =>
  schemaText(f.help, ...(r ? [`${r.name}.help.${f.name}`] : []), `help.${f.name}`);
export const groupTitle = (name: string): string => schemaText(name, `group.${name}`);
export function optionLabel(f: Field, o: Option): string {
  const label = schemaText(o.label, `option.${f.name}.${o.value}`, `option.${o.value}`);
  if (label !== o.label) return label;
  return f.name === 'events' ? eventLabel(o) : f.name === 'scopes' ? scopeLabel(o) : label;
}
/** "content:read" → "Inhalte: lesen"; unchanged where a word has no translation. */
function scopeLabel({ value, label }: Option): string {
  const [name, what] = value.split(':');
  const [records, permitted] = [schemaText('?', `${name}.many`), schemaText('?', `scope.${what}`)];
  return records === '?' || permitted === '?' ? label : `${records}: ${permitted}`;
}
/** "content.created" → "Inhalt: angelegt"; unchanged where a word has no translation. */
function eventLabel({ value, label }: Option): string {
  const [name, what] = value.split('.');
  const [record, happened] = [schemaText('?', `${name}.one`), schemaText('?', `event.${what}`)];
  return record === '?' || happened === '?' ? label : `${record}: ${happened}`;
}
export const actionLabel = (a: Action, r: Resource): string =>
  schemaText(a.label, `${r.name}.action.${a.name}`, `action.${a.name}`);
export const actionDoc = (a: Action, r: Resource): string =>
  schemaText(a.doc, `${r.name}.action_doc.${a.name}`, `action_doc.${a.name}`);

/** What somebody did, of an entry of the audit log; the server's name if there is no label. */
export function actionWord(action: string): string {
  const name = action.split('.').at(-1)!;
  const label = translate(`did.${name}`);
  return label.startsWith('did.') ? name.replaceAll('_', ' ') : label;
}

/** A title inside a sentence: English titles begin in lower case there, except “API key”. */
export const inSentence = (title: string): string =>
  currentLocale() === 'en' && !/^[A-Z]{2}/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
