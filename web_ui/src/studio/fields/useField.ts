/** react-admin's input hook with the schema's validation rules. */
import { useMemo } from 'react';
import { maxLength, maxValue, minValue, required, useInput, type Validator } from 'react-admin';
import { describedByIds } from './FieldLayout';
import type { FieldInputProps } from './types';

export function useField({ field, source }: FieldInputProps, extra: Validator[] = []) {
  const rules = useMemo(
    () => [
      ...(field.required ? [required('form.required')] : []),
      ...(field.max_length ? [maxLength(field.max_length, 'form.too_long')] : []),
      ...(typeof field.minimum === 'number' ? [minValue(field.minimum, 'form.too_small')] : []),
      ...(typeof field.maximum === 'number' ? [maxValue(field.maximum, 'form.too_large')] : []),
      ...extra,
    ],
    [field],
  );
  const input = useInput({
    source,
    validate: rules,
    format: (v: unknown) => v ?? '',
    parse: (v: unknown) => (v === '' ? null : v),
  });
  const error =
    input.fieldState.error?.message ??
    (input.fieldState.error as { root?: { message?: string } } | undefined)?.root?.message;
  return {
    ...input,
    error,
    /** Props for the native element. */
    props: {
      ...input.field,
      id: input.id,
      'aria-invalid': error ? true : undefined,
      'aria-required': field.required || undefined,
      'aria-describedby': describedByIds(input.id, field, error),
    },
  };
}
