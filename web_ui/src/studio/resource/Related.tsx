/** Short lists of records that reference this one: the credits of a film, the programs of a channel. */
import { useGetList } from 'react-admin';
import { Link } from 'react-router-dom';
import { recordLabel, type Field, type Resource, type Row } from '../api/schema';
import { fieldType } from '../fields';
import { useT } from '../i18n';
import { fieldLabel, resourcePlural } from '../i18n/labels';
import { parseSort } from '../api/query';
import { useSchema } from '../SchemaContext';
import { Section } from '../ui/components';
import { pictureOf, Picture } from '../ui/Picture';

const EXCLUDED_RESOURCES = new Set([
  'artwork',
  'sessions',
  'audit_entries',
  'organizations',
  'credits',
  'preview_links',
  'grants',
]);
const MAX_ROWS = 10;

/** Sorts as the resource's own list does. Ties keep the order of creation: actors without a position stay put. */
function listSort(resource: Resource): ReturnType<typeof parseSort> {
  const { field, order } = parseSort(resource.sort);
  return { field: field === 'created_at' ? field : `${field},created_at`, order };
}

function RelatedList({
  resource,
  referenceField,
  record,
  owner,
}: {
  resource: Resource;
  referenceField: Field;
  record: Row;
  owner: Resource;
}) {
  const t = useT();
  const {
    data = [],
    total,
    isPending,
  } = useGetList<Row>(
    resource.plural,
    {
      filter: { [referenceField.name]: record.id },
      pagination: { page: 1, perPage: MAX_ROWS },
      sort: listSort(resource),
    },
    { retry: false },
  );
  if (isPending || data.length === 0) return null;
  const columns = resource.fields.filter((f) => f.list && f.name !== referenceField.name).slice(0, 5);
  const more = (total ?? 0) > data.length;
  const filter = encodeURIComponent(JSON.stringify({ [referenceField.name]: record.id }));
  const title =
    resource.name === owner.name
      ? `${resourcePlural(resource)}: ${fieldLabel(referenceField, resource)}`
      : resourcePlural(resource);
  return (
    <Section
      title={title}
      {...(total === undefined ? {} : { count: total })}
      action={
        more ? (
          <Link className="link" to={`/${resource.plural}?filter=${filter}`}>
            {t('related.all')}
          </Link>
        ) : null
      }
    >
      <table className="table plain">
        <thead>
          <tr>
            {columns.map((f) => (
              <th key={f.name} scope="col" className={fieldType(f.type).right ? 'right' : ''}>
                {fieldLabel(f, resource)}
              </th>
            ))}
            <th scope="col">
              <span className="sr">{t('open')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {data.map((row) => (
            <tr key={row.id}>
              {columns.map((f, i) => {
                const { Column, right } = fieldType(f.type);
                const column = <Column field={f} resource={resource} record={row} value={row[f.name]} />;
                return (
                  <td key={f.name} className={right ? 'right' : ''} data-label={fieldLabel(f, resource)}>
                    {i === 0 && resource.name === 'media' ? (
                      <span className="name-cell">
                        <Picture src={pictureOf(row)} seed={row.id} />
                        {column}
                      </span>
                    ) : (
                      column
                    )}
                  </td>
                );
              })}
              <td className="right">
                <Link
                  className="link"
                  to={`/${resource.plural}/${row.id}/show`}
                  aria-label={t('list.open', { name: recordLabel(resource, row) })}
                >
                  {t('open')}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

export function Related({ resource, record }: { resource: Resource; record: Row }) {
  const relations = useSchema()
    .resources.filter((r) => r.verbs.includes('list') && !EXCLUDED_RESOURCES.has(r.plural))
    .flatMap((r) =>
      r.fields
        .filter(
          (f) =>
            (f.type === 'reference' || f.type === 'references') &&
            f.resource === resource.name &&
            f.filter?.includes('eq'),
        )
        .map((f) => [r, f] as const),
    );
  return (
    <>
      {relations.map(([r, f]) => (
        <RelatedList key={`${r.name}.${f.name}`} resource={r} referenceField={f} record={record} owner={resource} />
      ))}
    </>
  );
}
