/** Selects a record by typing part of its label, or creates one with the label that was typed. */
import Autocomplete from '@mui/material/Autocomplete';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { recordLabel, type Resource, type Row } from '../../api/schema';
import { useT } from '../../i18n';
import { Icon } from '../../ui/components';
import { Plus } from '../../ui/lucide';
import { pictureOf, Picture } from '../../ui/Picture';
import { countCreation } from './submitWhenCreated';
import { useCreateByLabel, useReferenceSearch } from './useReferences';

/** The id of the option that creates a record. */
const CREATE = '';

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
  /** Offers to create a record; not in filters. */
  creatable?: boolean;
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
  creatable = true,
}: Props) {
  const t = useT();
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(false);
  /** Creations that have not been answered yet. */
  const [creating, setCreating] = useState(0);
  const notify = useNotify();
  const createRecord = useCreateByLabel(resource);
  const create = creatable ? createRecord : null;
  const query = value && typed === recordLabel(resource, value) ? '' : typed;
  const { matches, loading, settled } = useReferenceSearch(resource, query, open);
  const options = offered(resource, matches, exclude, query, create !== null, settled);
  const choose = async (row: Row | null) => {
    if (row?.id !== CREATE) return onChange(row);
    setCreating((n) => n + 1);
    try {
      onChange(await countCreation(create!(String(row[resource.label]))));
    } catch (error) {
      notify((error as Error).message, { type: 'error' });
    } finally {
      setCreating((n) => n - 1);
    }
  };
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
      getOptionLabel={(row) => (row.loading ? '' : recordLabel(resource, row))}
      isOptionEqualToValue={(a, b) => a.id === b.id}
      inputValue={typed}
      onInputChange={(_, text, reason) => setTyped(clearAfter && reason === 'selectOption' ? '' : text)}
      onChange={(_, row) => void choose(row)}
      noOptionsText={t('pick.none')}
      loadingText={t('loading')}
      autoHighlight
      renderOption={({ key, ...props }, row) => (
        <li key={key} {...props} className={`${props.className ?? ''} pick-option`}>
          {(pictureOf(row) || 'artwork' in row) && (
            <Picture src={pictureOf(row, 'square')} seed={row.id} shape="square" />
          )}
          {row.id === CREATE && <Icon icon={Plus} />}
          <span className="grow" dir="auto">
            {row.id === CREATE ? t('pick.create', { name: String(row[resource.label]) }) : recordLabel(resource, row)}
          </span>
        </li>
      )}
      renderInput={(params) => (
        <div ref={params.InputProps.ref} className="control-with" data-creating={creating > 0 || undefined}>
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

/**
 * The options: what matches, then the creation of what was typed unless a match has this label. While the answer to
 * what was typed is awaited, only earlier matches that contain it are offered: Enter selects nothing else. Pure.
 */
export function offered(
  resource: Resource,
  matches: readonly Row[],
  exclude: readonly string[],
  query: string,
  mayCreate: boolean,
  settled: boolean,
): Row[] {
  const name = query.trim();
  const plain = (text: string) => text.trim().toLocaleLowerCase();
  const options = matches.filter(
    (row) => !exclude.includes(row.id) && (settled || plain(recordLabel(resource, row)).includes(plain(name))),
  );
  const exists = matches.some((row) => plain(recordLabel(resource, row)) === plain(name));
  return mayCreate && settled && name && !exists ? [...options, { id: CREATE, [resource.label]: name }] : options;
}
