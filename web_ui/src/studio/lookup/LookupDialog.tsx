/** Looks a title up in a database: search, choose the title, compare, take over what is ticked. */
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { useQueryClient } from '@tanstack/react-query';
import { etags } from '../api/etags';
import type { Resource, Row } from '../api/schema';
import { currentLocale, LOCALES, useT } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { languageName } from '../ui/format';
import { Search as SearchIcon } from '../ui/lucide';
import { Picture } from '../ui/Picture';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Button } from '../ui/components';
import { useShowChanged } from '../workbench/useSave';
import { Comparison } from './Comparison';
import {
  comparable,
  lookups,
  tickedAtFirst,
  type Details,
  type FieldName,
  type Kind,
  type Lookup,
  type Match,
  type Search,
} from './lookup';

interface Props {
  lookup: Lookup;
  kind: Kind;
  resource: Resource;
  record: Row;
  onClose: () => void;
}

export function LookupDialog({ lookup, kind, resource, record, onClose }: Props) {
  const t = useT();
  const notify = useNotify();
  const client = useQueryClient();
  const show = useShowChanged();
  const [search, setSearch] = useState<Search>({
    title: String(record.title ?? ''),
    year: String(record.release_date ?? '').slice(0, 4),
    language: currentLocale(),
    kind,
  });
  const [matches, setMatches] = useState<Match[] | null>(null);
  const [match, setMatch] = useState<Match | null>(null);
  const [details, setDetails] = useState<Details | null>(null);
  const [ticked, setTicked] = useState<readonly FieldName[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const find = () => run(async () => setMatches(await lookups.search(lookup.name, search)));
  const choose = (chosen: Match) =>
    run(async () => {
      const next = await lookups.details(lookup.name, chosen.id, search.language, kind);
      setMatch(chosen);
      setDetails(next);
      setTicked(tickedAtFirst(record, comparable(record, next.fields)));
    });
  const fill = () =>
    run(async () => {
      const row = await lookups.fill(lookup.name, details!.id, {
        record: record.id,
        kind,
        language: search.language,
        fields: [...ticked],
        etag: etags.of(resource.plural, record.id) ?? '',
      });
      etags.forget(resource.plural, record.id);
      await show(resource, row);
      for (const plural of ['credits', 'artwork', 'genres', 'people'])
        void client.invalidateQueries({ queryKey: [plural] });
      notify(t('lookup.done', { name: lookup.label }));
      onClose();
    });
  const languages = [...new Set([...LOCALES.map((l) => l.locale as string), String(record.original_language || 'en')])];
  return (
    <Dialog open title={t('lookup.title', { name: lookup.label })} onClose={onClose} width="md">
      <div className="dialog-body stack lookup">
        {details === null ? (
          <>
            <form
              className="lookup-search"
              onSubmit={(e) => {
                e.preventDefault();
                void find();
              }}
            >
              <input
                className="control grow"
                required
                autoFocus
                maxLength={200}
                dir="auto"
                aria-label={t('lookup.name')}
                value={search.title}
                onChange={(e) => setSearch({ ...search, title: e.target.value })}
              />
              <input
                className="control lookup-year num"
                inputMode="numeric"
                pattern="[0-9]{4}"
                placeholder={t('metadata.year')}
                aria-label={t('metadata.year')}
                value={search.year}
                onChange={(e) => setSearch({ ...search, year: e.target.value })}
              />
              <select
                className="control"
                aria-label={t('lookup.language')}
                value={search.language}
                onChange={(e) => setSearch({ ...search, language: e.target.value })}
              >
                {languages.map((tag) => (
                  <option key={tag} value={tag}>
                    {languageName(tag)}
                  </option>
                ))}
              </select>
              <Button kind="primary" type="submit" icon={SearchIcon} busy={busy}>
                {t('lookup.search')}
              </Button>
            </form>
            {matches?.length === 0 && <p className="muted">{t('lookup.none')}</p>}
            {matches && matches.length > 0 && (
              <ul className="rows">
                {matches.map((m) => (
                  <li key={m.id}>
                    <button type="button" className="lookup-match" disabled={busy} onClick={() => void choose(m)}>
                      <Picture src={m.thumbnail} seed={m.id} shape="poster" />
                      <span className="run-words">
                        <span className="name" dir="auto">
                          {m.title} {m.year && <span className="muted num">{m.year}</span>}
                        </span>
                        <span className="muted lookup-synopsis" dir="auto">
                          {m.synopsis}
                        </span>
                      </span>
                    </button>
                  </li>
                ))}
              </ul>
            )}
          </>
        ) : (
          <Comparison
            resource={resource}
            record={record}
            match={match!}
            details={details}
            ticked={ticked}
            onTick={setTicked}
          />
        )}
        {error !== null && <ProblemNotice error={error} />}
      </div>
      <p className="field-help lookup-attribution">{lookup.attribution}</p>
      <footer className="dialog-foot">
        {details && (
          <Button kind="quiet" onClick={() => setDetails(null)}>
            {t('lookup.back')}
          </Button>
        )}
        <Button onClick={onClose}>{t('cancel')}</Button>
        {details && (
          <Button kind="primary" busy={busy} disabled={ticked.length === 0} onClick={() => void fill()}>
            {t('lookup.fill', { smart_count: ticked.length })}
          </Button>
        )}
      </footer>
    </Dialog>
  );
}
