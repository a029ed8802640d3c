/** One folder per field type of the schema. Unknown types are shown as text. */
import { boolean } from './boolean';
import { choice } from './choice';
import { choices } from './choices';
import { color } from './color';
import { date } from './date';
import { duration } from './duration';
import { email } from './email';
import { expression } from './expression';
import { image } from './image';
import { integer } from './integer';
import { json } from './json';
import { language } from './language';
import { markdown } from './markdown';
import { metadata } from './metadata';
import { moment } from './moment';
import { number } from './number';
import { object } from './object';
import { origins } from './origins';
import { reference } from './reference';
import { references } from './references';
import { regions } from './regions';
import { scopes } from './scopes';
import { secret } from './secret';
import { slug } from './slug';
import { text } from './text';
import { translations } from './translations';
import { url } from './url';
import type { FieldType } from './types';

export const FIELD_TYPES: Record<string, FieldType> = {
  boolean,
  choice,
  choices,
  color,
  date,
  duration,
  email,
  expression,
  image,
  integer,
  json,
  language,
  markdown,
  metadata,
  moment,
  number,
  object,
  origins,
  reference,
  references,
  regions,
  scopes,
  secret,
  slug,
  text,
  translations,
  url,
};

export const fieldType = (type: string): FieldType => FIELD_TYPES[type] ?? text;

export type { FieldInputProps, FieldType, FieldViewProps } from './types';
