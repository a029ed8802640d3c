/** Search as you type. The query is in the URL, so that a search can be shared and restored. */
import { Search as Glass, X } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useSearch } from 'wouter-preact';
import { endpoints } from '../api/endpoints';
import { useCachedGet } from '../api/cache';
import { t } from '../i18n';
import { navigate } from '../nav/clientNavigation';
import { ProblemNotice } from '../components/ProblemNotice';
import { Grid } from '../components/Grid';
import { Icon } from '../components/Icon';
import { Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { PersonCard } from '../components/PersonCard';
import { clearRecentSearches, recentSearches, rememberSearch } from '../recentSearches';
import type { SearchResults } from '../../../shared/viewerApi';

const DEBOUNCE_MS = 120;

/** The value, after a pause in typing. */
function useDebounced(text: string): string {
  const [debounced, set] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => set(text), text ? DEBOUNCE_MS : 0);
    return () => window.clearTimeout(timer);
  }, [text]);
  return debounced;
}

export function Search() {
  const urlQuery = new URLSearchParams(useSearch()).get('q') ?? '';
  const [text, setInput] = useState(urlQuery);
  const query = useDebounced(text.trim());
  const { data, problem, reload } = useCachedGet<SearchResults>(query ? endpoints.search(query) : null);
  // Keep the last results while the next ones load, to avoid flicker.
  const last = useRef<{ query: string; results: SearchResults } | null>(null);
  if (data) last.current = { query, results: data };
  const shownResults = query ? (data ?? last.current?.results ?? null) : null;
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (query !== urlQuery) navigate(query ? `/search?q=${encodeURIComponent(query)}` : '/search', { replace: true });
  }, [query]);
  useEffect(() => {
    if (urlQuery !== text.trim() && document.activeElement !== input.current) setInput(urlQuery);
  }, [urlQuery]);
  useEffect(() => input.current?.focus({ preventScroll: true }), []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && text) {
      event.preventDefault();
      setInput('');
    }
    if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
    const first = document.querySelector<HTMLElement>('.results [data-item]');
    if (!first) return;
    event.preventDefault();
    if (event.key === 'ArrowDown') first.focus();
    else if (data) first.click();
  };
  const state =
    problem && !shownResults
      ? 'error'
      : !query
        ? 'empty'
        : data
          ? resultCount(data) > 0
            ? 'listed'
            : 'none'
          : 'loading';
  return (
    <Page title={query ? `${t('search.title')}: ${query}` : t('search.title')} state={state} class="page search">
      <h1 class="unseen">{t('search.title')}</h1>
      <search class="seek">
        <Icon node={Glass} size={22} />
        <input
          ref={input}
          type="search"
          value={text}
          onInput={(e) => setInput(e.currentTarget.value)}
          onKeyDown={onKeyDown}
          data-item
          aria-label={t('search.label')}
          placeholder={t('search.placeholder')}
          autoComplete="off"
          spellcheck={false}
          enterKeyHint="search"
          data-testid="search"
        />
        {text && (
          <button
            type="button"
            class="icon-button"
            aria-label={t('search.clear')}
            onClick={() => {
              setInput('');
              input.current?.focus();
            }}
          >
            <Icon node={X} />
          </button>
        )}
      </search>
      <p class="unseen" role="status">
        {data ? t('search.found', { n: resultCount(data) }) : ''}
      </p>
      {!query && <Recent choose={setInput} />}
      {problem && !shownResults && <ProblemNotice problem={problem} retry={reload} small />}
      {shownResults && <Results results={shownResults} query={last.current?.query ?? query} />}
    </Page>
  );
}

const resultCount = (results: SearchResults) =>
  results.items.length + results.people.length + results.genres.length + results.categories.length;

function Results({ results, query }: { results: SearchResults; query: string }) {
  if (resultCount(results) === 0)
    return <Notice small title={t('search.none', { q: query })} explanation={t('search.none_why')} state="none" />;
  const onClick = () => rememberSearch(query);
  const terms = [
    ...results.genres.map((term) => ({ ...term, href: `/genre/${encodeURIComponent(term.slug)}` })),
    ...results.categories.map((term) => ({ ...term, href: `/category/${encodeURIComponent(term.slug)}` })),
  ];
  return (
    <div class="results" onClick={onClick}>
      {terms.length > 0 && (
        <section aria-labelledby="found-terms">
          <h2 id="found-terms">{t('search.genres')}</h2>
          <ul class="chips" data-row>
            {terms.map((term) => (
              <li key={term.href}>
                <a class="chip" href={term.href} data-item>
                  {term.name}
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
      {results.items.length > 0 && (
        <section aria-labelledby="found-titles">
          <h2 id="found-titles">{t('search.titles')}</h2>
          <Grid cards={results.items} />
        </section>
      )}
      {results.people.length > 0 && (
        <section aria-labelledby="found-people">
          <h2 id="found-people">{t('search.people')}</h2>
          <ul class="grid grid-person" data-row>
            {results.people.map((person) => (
              <li key={person.slug}>
                <PersonCard person={person} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Recent({ choose }: { choose: (text: string) => void }) {
  const [searches, set] = useState(recentSearches);
  if (searches.length === 0)
    return <Notice small title={t('search.start')} explanation={t('search.start_why')} state="start" />;
  return (
    <section class="recent results" aria-labelledby="recent">
      <h2 id="recent">{t('search.recent')}</h2>
      <ul class="chips" data-row>
        {searches.map((text) => (
          <li key={text}>
            <button type="button" class="chip" data-item onClick={() => choose(text)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="text-button"
        onClick={() => {
          clearRecentSearches();
          set([]);
        }}
      >
        {t('search.forget')}
      </button>
    </section>
  );
}
