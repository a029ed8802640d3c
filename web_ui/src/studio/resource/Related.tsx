/** Records of other resources that point here, as short lists: the credits of a film, the programs of a channel. */
import { useGetList } from 'react-admin';
import { Link } from 'react-router-dom';
import { nameOf, type Field, type Resource, type Row } from '../api/schema';
import { typeOf } from '../fields';
import { useT } from '../i18n';
import { fieldLabel, resourcePlural } from '../i18n/labels';
import { sortOf } from '../api/query';
import { useSchema } from '../SchemaContext';
import { Section } from '../ui/components';
import { pictureOf, Picture } from '../ui/Picture';

const NEVER = new Set(['artwork', 'sessions', 'audit_entries', 'organizations']);
const FEW = 10;

/** Sorts as the resource's own list does. Ties keep the order of creation: actors without a position stay put. */
function inOrder(of: Resource): ReturnType<typeof sortOf> {
  const { field, order } = sortOf(of.sort);
  return { field: field === 'created_at' ? field : `${field},created_at`, order };
}

function List({ of, by, record, owner }: { of: Resource; by: Field; record: Row; owner: Resource }) {
  const t = useT();
  const {
    data = [],
    total,
    isPending,
  } = useGetList<Row>(
    of.plural,
    { filter: { [by.name]: record.id }, pagination: { page: 1, perPage: FEW }, sort: inOrder(of) },
    { retry: false },
  );
  if (isPending || data.length === 0) return null;
  const columns = of.fields.filter((f) => f.list && f.name !== by.name).slice(0, 5);
  const more = (total ?? 0) > data.length;
  const filter = encodeURIComponent(JSON.stringify({ [by.name]: record.id }));
  const title = of.name === owner.name ? `${resourcePlural(of)}: ${fieldLabel(by, of)}` : resourcePlural(of);
  return (
    <Section
      title={title}
      {...(total === undefined ? {} : { count: total })}
      action={
        more ? (
          <Link className="link" to={`/${of.plural}?filter=${filter}`}>
            {t('related.all')}
          </Link>
        ) : null
      }
    >
      <table className="table plain">
        <thead>
          <tr>
            {columns.map((f) => (
              <th key={f.name} scope="col" className={typeOf(f.type).right ? 'right' : ''}>
                {fieldLabel(f, of)}
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
                const { Column, right } = typeOf(f.type);
                const column = <Column field={f} resource={of} record={row} value={row[f.name]} />;
                return (
                  <td key={f.name} className={right ? 'right' : ''} data-label={fieldLabel(f, of)}>
                    {i === 0 && of.name === 'media' ? (
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
                  to={`/${of.plural}/${row.id}/show`}
                  aria-label={t('list.open', { name: nameOf(of, row) })}
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
  const pairs = useSchema()
    .resources.filter((r) => r.verbs.includes('list') && !NEVER.has(r.plural))
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
      {pairs.map(([r, f]) => (
        <List key={`${r.name}.${f.name}`} of={r} by={f} record={record} owner={resource} />
      ))}
    </>
  );
}
