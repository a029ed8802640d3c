/** What a title has and what a database says, field by field, with a tick for each. */
import { useGetMany } from 'react-admin';
import type { Resource, Row } from '../api/schema';
import { currentLocale, useT } from '../i18n';
import { fieldLabel, optionLabel, resourcePlural } from '../i18n/labels';
import { useSchema } from '../SchemaContext';
import { formatDate, formatSpan, languageName } from '../ui/format';
import { Picture } from '../ui/Picture';
import { comparable, FIELDS, present, type Details, type FieldName, type Match, type Person } from './lookup';

const MOST_PEOPLE = 6;

interface Props {
  resource: Resource;
  record: Row;
  match: Match;
  details: Details;
  ticked: readonly FieldName[];
  onTick: (ticked: FieldName[]) => void;
}

export function Comparison({ resource, record, match, details, ticked, onTick }: Props) {
  const t = useT();
  const schema = useSchema();
  const names = comparable(record, details.fields);
  const genreIds = Array.isArray(record.genres) ? (record.genres as string[]) : [];
  const { data: genres = [] } = useGetMany<Row>('genres', { ids: genreIds }, { enabled: genreIds.length > 0 });
  const role = schema.find('credit')?.fields.find((f) => f.name === 'role');
  const people = (list: Person[]) =>
    [
      ...list.slice(0, MOST_PEOPLE).map((p) => {
        const option = role?.options?.find((o) => o.value === p.role);
        return `${p.name} (${p.character || (option ? optionLabel(role!, option) : p.role)})`;
      }),
      ...(list.length > MOST_PEOPLE ? [t('lookup.more', { smart_count: list.length - MOST_PEOPLE })] : []),
    ].join(', ');
  const label = (name: FieldName): string => {
    if (name === 'poster') return t('lookup.poster');
    if (name === 'backdrop') return t('lookup.backdrop');
    if (name === 'credits') return resourcePlural(schema.find('credit')!);
    const field = resource.fields.find((f) => f.name === name);
    return field ? fieldLabel(field, resource) : name;
  };
  const text = (name: FieldName, value: unknown): string => {
    if (name === 'credits') return people(value as Person[]);
    if (name === 'release_date') return formatDate(String(value));
    if (name === 'original_language') return languageName(String(value));
    return Array.isArray(value) ? value.join(', ') : String(value);
  };
  const now = (name: FieldName): string => {
    const value = name === 'genres' ? genres.map((g) => String(g.name)) : present(record, name);
    return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
      ? ''
      : text(name, value);
  };
  const facts = [
    match.year ? String(match.year) : '',
    details.runtime_minutes ? formatSpan(details.runtime_minutes * 60) : '',
    details.rating ? `★ ${details.rating.toLocaleString(currentLocale(), { maximumFractionDigits: 1 })}` : '',
  ].filter(Boolean);
  return (
    <>
      <div className="lookup-match">
        <Picture src={match.thumbnail} seed={match.id} shape="poster" />
        <span className="run-words">
          <span className="name" dir="auto">
            {match.title}
          </span>
          <span className="muted num">{facts.join(' · ')}</span>
          {details.page && (
            <a className="link" href={details.page} target="_blank" rel="noopener noreferrer">
              {new URL(details.page).hostname}
            </a>
          )}
        </span>
      </div>
      {names.length === 0 ? (
        <p className="muted">{t('lookup.same')}</p>
      ) : (
        <ul className="rows" aria-label={t('lookup.fields')}>
          {names.map((name) => (
            <li key={name} className="lookup-field" data-field={name}>
              <label className="check">
                <input
                  type="checkbox"
                  checked={ticked.includes(name)}
                  onChange={(e) => onTick(FIELDS.filter((n) => (n === name ? e.target.checked : ticked.includes(n))))}
                />
                <span>{label(name)}</span>
              </label>
              {name === 'poster' || name === 'backdrop' ? (
                <span className="lookup-pictures">
                  {name === 'poster' && <Picture src={match.thumbnail} seed={match.id} shape="poster" />}
                  <span className="muted">{t(present(record, name) ? 'lookup.replaces' : 'lookup.adds')}</span>
                </span>
              ) : (
                <span className="lookup-values">
                  {now(name) !== '' && (
                    <span className="muted lookup-now" dir="auto">
                      {name === 'credits' ? t('lookup.keeps', { text: now(name) }) : now(name)}
                    </span>
                  )}
                  <span dir="auto">{text(name, details.fields[name])}</span>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
