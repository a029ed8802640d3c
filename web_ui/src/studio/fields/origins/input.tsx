/** Origins, one per line. A pasted URL is reduced to its origin. */
import { useState } from 'react';
import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';
import { parseOrigins } from './parseOrigins';

export function Input(entered: FieldInputProps) {
  const { props, id, error, field: control } = useField(entered);
  const [text, setText] = useState(() => (Array.isArray(control.value) ? control.value.join('\n') : ''));
  const normalize = () => {
    const origins = parseOrigins(text);
    setText(origins.join('\n'));
    control.onChange(origins.length ? origins : null);
    control.onBlur();
  };
  return (
    <FieldLayout {...entered} id={id} error={error}>
      <textarea
        {...props}
        value={text}
        onChange={(e) => setText(e.target.value)}
        onBlur={normalize}
        rows={3}
        dir="ltr"
        spellCheck={false}
        className="control mono"
        placeholder="https://example.org"
      />
    </FieldLayout>
  );
}
