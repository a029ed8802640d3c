import Autocomplete from '@mui/material/Autocomplete';
import { languageName } from '../../ui/format';
import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';
import { LANGUAGE_TAG, LANGUAGE_TAGS } from './tags';

export function Input(entered: FieldInputProps) {
  const { props, id, error, field } = useField(entered);
  return (
    <FieldLayout {...entered} id={id} error={error}>
      <Autocomplete
        freeSolo
        id={id}
        options={LANGUAGE_TAGS}
        value={(field.value as string) || null}
        getOptionLabel={(tag) => (LANGUAGE_TAG.test(tag) ? languageName(tag) : tag)}
        onChange={(_, tag) => field.onChange(tag)}
        renderOption={({ key, ...p }, tag) => (
          <li key={key} {...p}>
            <span className="grow">{languageName(tag)}</span>
            <code className="mono muted">{tag}</code>
          </li>
        )}
        renderInput={(params) => (
          <div ref={params.InputProps.ref} className="control-with">
            <input
              {...params.inputProps}
              className="control"
              aria-describedby={props['aria-describedby']}
              aria-invalid={props['aria-invalid']}
              onBlur={(e) => {
                params.inputProps.onBlur?.(e as never);
                if (LANGUAGE_TAG.test(e.target.value)) field.onChange(e.target.value);
              }}
            />
          </div>
        )}
      />
    </FieldLayout>
  );
}
