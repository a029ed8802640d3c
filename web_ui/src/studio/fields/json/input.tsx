/** A JSON object. Text that is not JSON is sent as it is, so that the server says what is wrong. */
import { useState } from 'react';
import { describedByIds, FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';
import { nestedError } from './nestedError';
import { jsonText, parseJson } from './parseJson';

export function Input(entered: FieldInputProps) {
  const {
    props,
    id,
    fieldState,
    field: control,
  } = useField({ ...entered, field: { ...entered.field, max_length: 0 } });
  const error = nestedError(fieldState.error);
  const [text, setText] = useState(() => jsonText(control.value));
  return (
    <FieldLayout {...entered} id={id} error={error}>
      <textarea
        {...props}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedByIds(id, entered.field, error)}
        value={text}
        onChange={(e) => setText(e.target.value)}
        onBlur={() => {
          control.onChange(parseJson(text));
          control.onBlur();
        }}
        rows={4}
        dir="ltr"
        spellCheck={false}
        className="control mono"
        placeholder="{}"
      />
    </FieldLayout>
  );
}
