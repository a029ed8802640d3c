import { useRef } from 'react';
import { recordLabel, type Resource } from '../../api/schema';
import { useT } from '../../i18n';
import { useSchema } from '../../SchemaContext';
import { X } from '../../ui/lucide';
import { Icon } from '../../ui/components';
import { FieldLayout } from '../FieldLayout';
import { ReferencePicker } from '../reference/ReferencePicker';
import { StarterSet } from '../../taxonomies/StarterSet';
import { standardNames } from '../../taxonomies/standardNames';
import { useReferencedRecords, useReferenceSearch } from '../reference/useReferences';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';

/** The usual genres, offered where the first one is chosen. */
function StarterSetIfEmpty({ resource }: { resource: Resource }) {
  const wanted = standardNames(resource.plural, 'en').length > 0;
  const { matches, settled } = useReferenceSearch(resource, '', wanted);
  return wanted && settled && matches.length === 0 ? <StarterSet resource={resource} quiet /> : null;
}

/** The selected records, in the order of selection. */
export function Input(entered: FieldInputProps) {
  const t = useT();
  const target = useSchema().find(entered.field.resource ?? '');
  const { props, id, error, field } = useField(entered);
  const ids = Array.isArray(field.value) ? (field.value as string[]) : [];
  // A record may be created while others are chosen.
  const latest = useRef(ids);
  latest.current = ids;
  const rows = useReferencedRecords(target, ids);
  return (
    <FieldLayout {...entered} id={id} error={error}>
      {rows.length > 0 && (
        <span className="chips">
          {rows.map((row) => (
            <button
              type="button"
              key={row.id}
              className="chip chip-btn"
              aria-label={t('remove_name', { name: recordLabel(target, row) })}
              onClick={() => field.onChange(ids.filter((x) => x !== row.id))}
            >
              <span dir="auto">{row.loading ? '…' : recordLabel(target, row)}</span>
              <Icon icon={X} size={12} />
            </button>
          ))}
        </span>
      )}
      {target && (
        <ReferencePicker
          id={id}
          resource={target}
          value={null}
          exclude={ids}
          clearAfter
          describedBy={props['aria-describedby']}
          invalid={Boolean(error)}
          onChange={(row) => row && field.onChange([...latest.current, row.id])}
        />
      )}
      {target && ids.length === 0 && <StarterSetIfEmpty resource={target} />}
    </FieldLayout>
  );
}
