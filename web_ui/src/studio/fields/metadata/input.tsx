/** Pairs of key and value, one per line. Values of several lines can only be changed by programs. */
import { useState } from 'react';
import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';
import { metadataText, parseMetadata } from './parseMetadata';

export function Input(entered: FieldInputProps) {
  const { props, id, error, field: control } = useField({ ...entered, field: { ...entered.field, max_length: 0 } });
  const [text, setText] = useState(() => metadataText(control.value));
  const multiline = Object.values((control.value ?? {}) as Record<string, string>).some((v) => v.includes('\n'));
  return (
    <FieldLayout {...entered} id={id} error={error}>
      <textarea
        {...props}
        value={text}
        readOnly={multiline}
        onChange={(e) => setText(e.target.value)}
        onBlur={() => {
          if (!multiline) control.onChange(parseMetadata(text));
          control.onBlur();
        }}
        rows={3}
        dir="auto"
        spellCheck={false}
        className="control mono"
        placeholder="key: value"
      />
    </FieldLayout>
  );
}
