/** A JSON object. Text that is not JSON is sent as it is, so that the server says what is wrong. */
import { useState } from 'react';
import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';
import { jsonText, parseJson } from './parseJson';

export function Input(entered: FieldInputProps) {
  const { props, id, error, field: control } = useField({ ...entered, field: { ...entered.field, max_length: 0 } });
  const [text, setText] = useState(() => jsonText(control.value));
  return (
    <FieldLayout {...entered} id={id} error={error}>
      <textarea
        {...props}
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
