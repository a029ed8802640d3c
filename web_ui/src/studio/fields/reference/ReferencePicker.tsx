/** Selects a record by typing part of its label. */
import Autocomplete from '@mui/material/Autocomplete';
import { useState } from 'react';
import { recordLabel, type Resource, type Row } from '../../api/schema';
import { useT } from '../../i18n';
import { pictureOf, Picture } from '../../ui/Picture';
import { useReferenceSearch } from './useReferences';

interface Props {
  id?: string;
  resource: Resource;
  value: Row | null;
  onChange: (row: Row | null) => void;
  label?: string | undefined;
  exclude?: readonly string[];
  placeholder?: string;
  describedBy?: string | undefined;
  invalid?: boolean | undefined;
  clearAfter?: boolean;
  autoFocus?: boolean | undefined;
}

export function ReferencePicker({
  id,
  resource,
  value,
  onChange,
  label,
  exclude = [],
  placeholder,
  describedBy,
  invalid,
  clearAfter = false,
  autoFocus,
}: Props) {
  const t = useT();
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(false);
  const { matches, loading } = useReferenceSearch(
    resource,
    value && typed === recordLabel(resource, value) ? '' : typed,
    open,
  );
  const options = matches.filter((row) => !exclude.includes(row.id));
  return (
    <Autocomplete<Row>
      {...(id ? { id } : {})}
      open={open}
      onOpen={() => setOpen(true)}
      onClose={() => setOpen(false)}
      options={options}
      value={value}
      loading={loading}
      filterOptions={(rows) => rows}
      getOptionKey={(row) => row.id}
      getOptionLabel={(row) => recordLabel(resource, row)}
      isOptionEqualToValue={(a, b) => a.id === b.id}
      inputValue={typed}
      onInputChange={(_, text, reason) => setTyped(clearAfter && reason === 'selectOption' ? '' : text)}
      onChange={(_, row) => onChange(row)}
      noOptionsText={t('pick.none')}
      loadingText={t('loading')}
      autoHighlight
      renderOption={({ key, ...props }, row) => (
        <li key={key} {...props} className={`${props.className ?? ''} pick-option`}>
          {(pictureOf(row) || 'artwork' in row) && (
            <Picture src={pictureOf(row, 'square')} seed={row.id} shape="square" />
          )}
          <span className="grow" dir="auto">
            {recordLabel(resource, row)}
          </span>
        </li>
      )}
      renderInput={(params) => (
        <div ref={params.InputProps.ref} className="control-with">
          <input
            {...params.inputProps}
            className="control"
            autoFocus={autoFocus}
            placeholder={placeholder ?? t('pick.type')}
            aria-label={label}
            aria-describedby={describedBy}
            aria-invalid={invalid || undefined}
            dir="auto"
          />
        </div>
      )}
    />
  );
}
