import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';

export function Input(
  entered: FieldInputProps & {
    type?: string;
    mono?: boolean;
    placeholder?: string;
    inputMode?: 'email' | 'url' | 'numeric';
  },
) {
  const { type = 'text', mono = false, placeholder, inputMode, autoFocus } = entered;
  const { props, id, error } = useField(entered);
  return (
    <FieldLayout {...entered} id={id} error={error}>
      <input
        {...props}
        type={type}
        inputMode={inputMode}
        autoFocus={autoFocus}
        placeholder={placeholder}
        dir={mono ? 'ltr' : 'auto'}
        className={`control ${mono ? 'mono' : ''}`}
        autoComplete="off"
      />
    </FieldLayout>
  );
}
