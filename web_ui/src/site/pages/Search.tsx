/** Search as you type. The address follows the words, so that a search can be passed on and come back to. */
import { Search as Glass, X } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useSearch } from 'wouter-preact';
import { calls } from '../api/endpoints';
import { useRead } from '../api/cache';
import { t } from '../i18n';
import { go } from '../nav/clientNavigation';
import { Fault } from '../components/ProblemNotice';
import { Grid } from '../components/Grid';
import { Icon } from '../components/Icon';
import { Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { Person } from '../components/PersonCard';
import { forgetRecent, recent, remember } from '../recentSearches';
import type { Found } from '../types';

const PAUSE_MS = 120;

/** The words once nobody has typed for a moment. */
function useSettled(words: string): string {
  const [settled, set] = useState(words);
  useEffect(() => {
    const timer = window.setTimeout(() => set(words), words ? PAUSE_MS : 0);
    return () => window.clearTimeout(timer);
  }, [words]);
  return settled;
}

export function Search() {
  const asked = new URLSearchParams(useSearch()).get('q') ?? '';
  const [words, setWords] = useState(asked);
  const query = useSettled(words.trim());
  const { data, problem, reload } = useRead<Found>(query ? calls.search(query) : null);
  // While the next answer is on its way the last one stays, so that nothing flickers between two letters.
  const last = useRef<{ query: string; found: Found } | null>(null);
  if (data) last.current = { query, found: data };
  const shown = query ? (data ?? last.current?.found ?? null) : null;
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (query !== asked) go(query ? `/search?q=${encodeURIComponent(query)}` : '/search', { replace: true });
  }, [query]);
  useEffect(() => {
    if (asked !== words.trim() && document.activeElement !== input.current) setWords(asked);
  }, [asked]);
  useEffect(() => input.current?.focus({ preventScroll: true }), []);

  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && words) {
      event.preventDefault();
      setWords('');
    }
    if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
    const first = document.querySelector<HTMLElement>('.results [data-item]');
    if (!first) return;
    event.preventDefault();
    if (event.key === 'ArrowDown') first.focus();
    else if (data) first.click();
  };
  const state =
    problem && !shown ? 'error' : !query ? 'empty' : data ? (count(data) > 0 ? 'listed' : 'none') : 'loading';
  return (
    <Page title={query ? `${t('search.title')}: ${query}` : t('search.title')} state={state} class="page search">
      <h1 class="unseen">{t('search.title')}</h1>
      <search class="seek">
        <Icon node={Glass} size={22} />
        <input
          ref={input}
          type="search"
          value={words}
          onInput={(e) => setWords(e.currentTarget.value)}
          onKeyDown={keys}
          data-item
          aria-label={t('search.label')}
          placeholder={t('search.placeholder')}
          autoComplete="off"
          spellcheck={false}
          enterKeyHint="search"
          data-testid="search"
        />
        {words && (
          <button
            type="button"
            class="icon-button"
            aria-label={t('search.clear')}
            onClick={() => {
              setWords('');
              input.current?.focus();
            }}
          >
            <Icon node={X} />
          </button>
        )}
      </search>
      <p class="unseen" role="status">
        {data ? t('search.found', { n: count(data) }) : ''}
      </p>
      {!query && <Recent choose={setWords} />}
      {problem && !shown && <Fault problem={problem} retry={reload} small />}
      {shown && <Results found={shown} query={last.current?.query ?? query} />}
    </Page>
  );
}

const count = (found: Found) =>
  found.items.length + found.people.length + found.genres.length + found.categories.length;

function Results({ found, query }: { found: Found; query: string }) {
  if (count(found) === 0)
    return <Notice small title={t('search.none', { q: query })} why={t('search.none_why')} state="none" />;
  const opened = () => remember(query);
  const terms = [
    ...found.genres.map((term) => ({ ...term, href: `/genre/${encodeURIComponent(term.slug)}` })),
    ...found.categories.map((term) => ({ ...term, href: `/category/${encodeURIComponent(term.slug)}` })),
  ];
  return (
    <div class="results" onClick={opened}>
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
      {found.items.length > 0 && (
        <section aria-labelledby="found-titles">
          <h2 id="found-titles">{t('search.titles')}</h2>
          <Grid cards={found.items} />
        </section>
      )}
      {found.people.length > 0 && (
        <section aria-labelledby="found-people">
          <h2 id="found-people">{t('search.people')}</h2>
          <ul class="grid grid-person" data-row>
            {found.people.map((person) => (
              <li key={person.slug}>
                <Person person={person} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Recent({ choose }: { choose: (words: string) => void }) {
  const [kept, set] = useState(recent);
  if (kept.length === 0) return <Notice small title={t('search.start')} why={t('search.start_why')} state="start" />;
  return (
    <section class="recent results" aria-labelledby="recent">
      <h2 id="recent">{t('search.recent')}</h2>
      <ul class="chips" data-row>
        {kept.map((words) => (
          <li key={words}>
            <button type="button" class="chip" data-item onClick={() => choose(words)}>
              {words}
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="text-button"
        onClick={() => {
          forgetRecent();
          set([]);
        }}
      >
        {t('search.forget')}
      </button>
    </section>
  );
}
