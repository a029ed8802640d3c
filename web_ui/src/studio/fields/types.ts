/** The components of a field type: table cell, form input, detail view. */
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
  /** Uses the full width of a form. */
  wide?: boolean;
  /** Right-aligned: numbers and times. */
  right?: boolean;
}
