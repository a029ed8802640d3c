/** What a field type brings: how it looks in a table, in a form, and on a record's page. */
import type { ComponentType } from 'react';
import type { Field, Resource, Row } from '../api/schema';

export interface FieldViewProps {
  field: Field;
  resource: Resource;
  record: Row;
  value: unknown;
}
export interface FieldInputProps {
  field: Field;
  resource: Resource;
  source: string;
  autoFocus?: boolean;
}

export interface FieldType {
  Column: ComponentType<FieldViewProps>;
  Input: ComponentType<FieldInputProps>;
  Show: ComponentType<FieldViewProps>;
  /** Takes the whole width of a form. */
  wide?: boolean;
  /** Numbers and times stand right. */
  right?: boolean;
}
