/** All titles of a category or genre, with infinite scrolling. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get } from '../api/http';
import { Problem } from '../../../shared/problem';
import { endpoints } from '../api/endpoints';
import { getCached, setCached, useCachedGet } from '../api/cache';
import { t } from '../i18n';
import { useMediaEvents } from '../live/mediaEvents';
import { ProblemNotice } from '../components/ProblemNotice';
import { Grid } from '../components/Grid';
import { Bars } from '../components/Icon';
import { Notice, LoadingNotice } from '../components/Notice';
import { Page } from '../components/Page';
import type { TaxonomyPage } from '../../../shared/viewerApi';

/** Appends a page, without duplicates. Pure. */
export function appendPage(known: TaxonomyPage, more: TaxonomyPage): TaxonomyPage {
  const ids = new Set(known.items.map(({ id }) => id));
  return {
    ...known,
    items: [...known.items, ...more.items.filter(({ id }) => !ids.has(id))],
    next: more.next === known.next ? null : more.next,
  };
}

interface Props {
  kind: 'category' | 'genre';
  slug: string;
}

export function Listing({ kind, slug }: Props) {
  const url = endpoints[kind](slug);
  // The accumulated pages have a cache key of their own, so that going back restores the full length.
  const accumulatedKey = `${url}#whole`;
  const first = useCachedGet<TaxonomyPage>(url);
  const [, redraw] = useState(0);
  const [problem, setProblem] = useState<Problem | null>(null);
  const busy = useRef(false);
  const listing = getCached<TaxonomyPage>(accumulatedKey) ?? first.data;
  const cursor = listing?.next ?? null;

  const loadMore = useCallback(async () => {
    const known = getCached<TaxonomyPage>(accumulatedKey) ?? getCached<TaxonomyPage>(url);
    if (!known?.next || busy.current) return;
    busy.current = true;
    setProblem(null);
    try {
      setCached(accumulatedKey, appendPage(known, await get<TaxonomyPage>(endpoints[kind](slug, known.next))));
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, 'other'));
    } finally {
      busy.current = false;
      redraw((n) => n + 1);
    }
  }, [url]);
  useMediaEvents(listing?.items.some(({ state }) => state !== 'ready') ?? false);

  if (!listing) {
    return (
      <Page title="" state={first.problem ? 'error' : 'loading'}>
        {first.problem ? <ProblemNotice problem={first.problem} retry={first.reload} /> : <LoadingNotice />}
      </Page>
    );
  }
  const empty = listing.items.length === 0;
  return (
    <Page title={listing.title} state={empty ? 'empty' : 'listed'}>
      <h1 class="page-title" dir="auto">
        {listing.title}
      </h1>
      {empty && (
        <Notice small title={t('grid.empty')} explanation={t('grid.empty_why')} state="none">
          <a class="button" href="/">
            {t('grid.home')}
          </a>
        </Notice>
      )}
      <Grid cards={listing.items} eager level={2} />
      {problem ? (
        <ProblemNotice problem={problem} retry={() => void loadMore()} small />
      ) : (
        cursor && <LoadMore key={cursor} onReached={loadMore} />
      )}
    </Page>
  );
}

function LoadMore({ onReached }: { onReached: () => Promise<void> }) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(
      ([seen]) => {
        if (seen?.isIntersecting) void onReached();
      },
      { rootMargin: '800px' },
    );
    observer.observe(end.current!);
    return () => observer.disconnect();
  }, [onReached]);
  return (
    <div ref={end} class="waiting" role="status">
      <Bars wide loading />
      <span class="unseen">{t('grid.loading')}</span>
    </div>
  );
}
