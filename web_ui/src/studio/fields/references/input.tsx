import { nameOf } from '../../api/schema';
import { useT } from '../../i18n';
import { useSchema } from '../../SchemaContext';
import { X } from '../../ui/lucide';
import { Icon } from '../../ui/components';
import { Labelled } from '../Labelled';
import { Pick } from '../reference/ReferencePicker';
import { useChosen } from '../reference/useReferences';
import type { Entered } from '../types';
import { useField } from '../useField';

/** In the order in which they were chosen. */
export function Input(entered: Entered) {
  const t = useT();
  const target = useSchema().find(entered.field.resource ?? '');
  const { props, id, error, field } = useField(entered);
  const ids = Array.isArray(field.value) ? (field.value as string[]) : [];
  const rows = useChosen(target, ids);
  return (
    <Labelled {...entered} id={id} error={error}>
      {rows.length > 0 && (
        <span className="chips">
          {rows.map((row) => (
            <button
              type="button"
              key={row.id}
              className="chip chip-btn"
              aria-label={t('remove_name', { name: nameOf(target, row) })}
              onClick={() => field.onChange(ids.filter((x) => x !== row.id))}
            >
              <span dir="auto">{nameOf(target, row)}</span>
              <Icon of={X} size={12} />
            </button>
          ))}
        </span>
      )}
      {target && (
        <Pick
          key={ids.length}
          id={id}
          resource={target}
          value={null}
          without={ids}
          clearAfter
          described={props['aria-describedby']}
          invalid={Boolean(error)}
          onChange={(row) => row && field.onChange([...ids, row.id])}
        />
      )}
    </Labelled>
  );
}
