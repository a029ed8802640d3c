import { useState } from 'react';
import { useT } from '../../i18n';
import { formatClock } from '../../ui/format';
import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';
import { parseDuration } from './parse';

export function Input(entered: FieldInputProps) {
  const t = useT();
  const { props, id, error, field } = useField(entered);
  const [typed, setTyped] = useState<string | null>(null);
  const displayed = typed ?? (typeof field.value === 'number' ? formatClock(field.value) : '');
  const bad = typed !== null && typed !== '' && parseDuration(typed) === null;
  return (
    <FieldLayout {...entered} id={id} error={bad ? t('form.duration') : error}>
      <input
        {...props}
        className="control num short"
        placeholder="1:30:00"
        value={displayed}
        onChange={(e) => {
          setTyped(e.target.value);
          field.onChange(e.target.value === '' ? null : parseDuration(e.target.value));
        }}
        onBlur={() => {
          if (!bad) setTyped(null);
          field.onBlur();
        }}
      />
    </FieldLayout>
  );
}
