/** The credits of a title or series: people, roles and characters, in billing order. */
import { useEffect, useState } from 'react';
import { useDataProvider, useGetList, useNotify } from 'react-admin';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import type { StudioProvider } from '../api/dataProvider';
import { etags } from '../api/etags';
import { recordLabel, type Field, type Resource, type Row } from '../api/schema';
import { ReferencePicker } from '../fields/reference/ReferencePicker';
import { useT } from '../i18n';
import { fieldLabel, optionLabel, resourcePlural } from '../i18n/labels';
import { useSchema } from '../SchemaContext';
import { GripVertical, Trash2 } from '../ui/lucide';
import { Icon, IconButton, Section } from '../ui/components';
import { pictureOf, Picture } from '../ui/Picture';
import { moved, useReorder, type HandleProps } from '../ui/useReorder';
import { saveFields } from '../workbench/saveFields';
import { changedPositions } from './order';

const MAX_CREDITS = 200;
const FIRST_ROLE = 'director';
/** After a director, most credits are of actors. */
const NEXT_ROLE = 'actor';

interface RowProps {
  credit: Row;
  schema: { credits: Resource; people: Resource };
  editable: boolean;
  className: string;
  handle: HandleProps;
  onSave: (values: Record<string, unknown>) => void;
  onRemove: () => void;
}

function Character({ credit, field, onSave }: { credit: Row; field: Field; onSave: (text: string | null) => void }) {
  const t = useT();
  const stored = String(credit.character ?? '');
  const [text, setText] = useState(stored);
  useEffect(() => setText(stored), [stored]);
  const save = () => {
    if (text.trim() !== stored) onSave(text.trim() || null);
  };
  return (
    <input
      className="control"
      value={text}
      maxLength={field.max_length ?? undefined}
      placeholder={t('credits.character')}
      aria-label={t('credits.character_of', { name: personName(credit) })}
      dir="auto"
      onChange={(e) => setText(e.target.value)}
      onBlur={save}
      onKeyDown={(e) => {
        if (e.key === 'Enter') save();
        if (e.key === 'Escape') setText(stored);
      }}
    />
  );
}

const personOf = (credit: Row): Row =>
  (credit.expanded as Record<string, Row | null> | undefined)?.person ?? { id: String(credit.person) };
const personName = (credit: Row): string => {
  const { name } = personOf(credit);
  return typeof name === 'string' ? name : '…';
};

function CreditRow({ credit, schema, editable, className, handle, onSave, onRemove }: RowProps) {
  const t = useT();
  const field = (name: string) => schema.credits.fields.find((f) => f.name === name)!;
  const role = field('role');
  const person = personOf(credit);
  const name = personName(credit);
  return (
    <li className={`credit-row ${className}`} data-id={credit.id}>
      {editable && (
        <button type="button" className="drag-handle" aria-label={t('reorder.handle', { name })} {...handle}>
          <Icon icon={GripVertical} />
        </button>
      )}
      <Picture src={pictureOf(person, 'square')} seed={person.id} shape="round" />
      <Link className="name" to={`/people/${person.id}/show`} dir="auto">
        {name}
      </Link>
      {editable ? (
        <select
          className="control"
          value={String(credit.role)}
          aria-label={t('credits.role_of', { name })}
          onChange={(e) => onSave({ role: e.target.value })}
        >
          {role.options?.map((o) => (
            <option key={o.value} value={o.value}>
              {optionLabel(role, o)}
            </option>
          ))}
        </select>
      ) : (
        <span>{optionLabel(role, role.options!.find((o) => o.value === credit.role)!)}</span>
      )}
      {editable ? (
        <Character credit={credit} field={field('character')} onSave={(character) => onSave({ character })} />
      ) : (
        <span className="muted" dir="auto">
          {String(credit.character ?? '')}
        </span>
      )}
      {editable && (
        <IconButton className="small" label={t('credits.remove', { name })} icon={Trash2} onClick={onRemove} />
      )}
    </li>
  );
}

export function CreditsEditor({ owner, record }: { owner: 'content' | 'series'; record: Row }) {
  const t = useT();
  const notify = useNotify();
  const provider = useDataProvider<StudioProvider>();
  const client = useQueryClient();
  const schema = useSchema();
  const credits = schema.find('credits');
  const people = schema.find('people');
  const { data, refetch } = useGetList<Row>(
    'credits',
    {
      filter: { [owner]: record.id },
      pagination: { page: 1, perPage: MAX_CREDITS },
      sort: { field: 'position,created_at', order: 'ASC' },
    },
    { enabled: credits !== undefined, retry: false },
  );
  const [rows, setRows] = useState<Row[]>([]);
  useEffect(() => {
    if (data) setRows(data);
  }, [data]);
  const [announcement, announce] = useState('');
  const [role, setRole] = useState<string | null>(null);
  const change = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      notify((error as Error).message, { type: 'error' });
    }
    await refetch();
    etags.forget(owner, record.id);
    void client.invalidateQueries({ queryKey: [owner, 'getOne'] });
    void client.invalidateQueries({ queryKey: ['audit_entries'] });
  };
  const move = (from: number, to: number) => {
    const next = moved(rows, from, to);
    setRows(next);
    announce(t('reorder.moved', { name: personName(rows[from]!), place: to + 1, count: rows.length }));
    void change(async () => {
      for (const { row, position } of changedPositions(next)) await saveFields(provider, credits!, row, { position });
    });
  };
  const { list, handle, rowClass } = useReorder(rows.length, move);
  if (!credits || !people) return null;
  const editable = credits.verbs.includes('create') && credits.verbs.includes('update');
  const roleField = credits.fields.find((f) => f.name === 'role')!;
  const newRole = role ?? (rows.length === 0 ? FIRST_ROLE : NEXT_ROLE);
  const add = (person: Row | null) => {
    if (!person) return;
    const last = rows.reduce((most, row) => Math.max(most, Number(row.position ?? 0)), 0);
    const values = { [owner]: record.id, person: person.id, role: newRole, position: last + 1 };
    void change(() => provider.create('credits', { data: values }));
  };
  return (
    <Section title={resourcePlural(credits)} count={rows.length} className="credits" id="credits">
      <ol
        className="rows credit-rows"
        ref={(node) => {
          list.current = node;
        }}
      >
        {rows.map((credit, i) => (
          <CreditRow
            key={credit.id}
            credit={credit}
            schema={{ credits, people }}
            editable={editable}
            className={rowClass(i)}
            handle={handle(i)}
            onSave={(values) => void change(() => saveFields(provider, credits, credit, values))}
            onRemove={() => void change(() => provider.delete('credits', { id: credit.id, previousData: credit }))}
          />
        ))}
      </ol>
      {rows.length === 0 && !editable && <p className="muted quiet-line">{t('credits.none')}</p>}
      {editable && (
        <div className="credit-add">
          <select
            className="control"
            value={newRole}
            aria-label={fieldLabel(roleField, credits)}
            onChange={(e) => setRole(e.target.value)}
          >
            {roleField.options?.map((o) => (
              <option key={o.value} value={o.value}>
                {optionLabel(roleField, o)}
              </option>
            ))}
          </select>
          <ReferencePicker
            resource={people}
            value={null}
            onChange={add}
            label={t('credits.add')}
            placeholder={t('credits.add')}
            clearAfter
          />
        </div>
      )}
      <p className="sr" role="status">
        {announcement}
      </p>
    </Section>
  );
}

/** The name of a credit: who does what. Pure. */
export const creditLabel = (credit: Row, people: Resource | undefined): string =>
  [recordLabel(people, personOf(credit)), credit.character].filter(Boolean).join(' · ');
