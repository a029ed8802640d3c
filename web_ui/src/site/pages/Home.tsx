/** The home page: featured titles and rows. Encoding progress updates live. */
import { ChevronLeft, ChevronRight, Info, Play } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { endpoints } from '../api/endpoints';
import { useCachedGet } from '../api/cache';
import { isAudioOnly } from '../isAudioOnly';
import { t } from '../i18n';
import { useMediaEvents, useMediaState } from '../live/mediaEvents';
import { placeholderFor, ProgressMeter } from '../components/Card';
import { Facts } from '../components/Facts';
import { ProblemNotice } from '../components/ProblemNotice';
import { Icon } from '../components/Icon';
import { Markdown } from '../components/Markdown';
import { Page } from '../components/Page';
import { Picture } from '../components/Picture';
import { CardRow } from '../components/Carousel';
import { LoadingNotice } from '../components/Notice';
import { isLayoutPreview, usePreviewedHome } from '../layoutPreview';
import { useSite } from '../session';
import type { Hero as HeroData, Home as HomeData, MediaSummary } from '../../../shared/viewerApi';
import { remainingLabel, stateLabel } from '../labels';
import { EmptyCatalogue } from './EmptyCatalogue';

/** Reloads the rows when media appear or become playable; several changes cause one reload. */
function useReloadOnChange(home: HomeData | null, reload: () => void): void {
  const known = useRef(new Map<string, string>());
  const timer = useRef(0);
  useEffect(() => {
    for (const row of home?.rows ?? [])
      for (const card of row.items) {
        if (card.media) known.current.set(card.media, `${card.state} ${card.playable}`);
      }
  }, [home]);
  useMediaEvents(
    home !== null,
    useCallback(
      (change: MediaSummary) => {
        const status = `${change.state} ${change.playable}`;
        if (known.current.get(change.id) === status) return;
        known.current.set(change.id, status);
        window.clearTimeout(timer.current);
        timer.current = window.setTimeout(reload, 600);
      },
      [reload],
    ),
  );
  useEffect(() => () => window.clearTimeout(timer.current), []);
}

export function Home() {
  const [isPreview] = useState(isLayoutPreview);
  const previewed = usePreviewedHome(isPreview);
  const { data: stored, problem, reload } = useCachedGet<HomeData>(isPreview ? null : endpoints.home());
  const home = isPreview ? previewed : stored;
  const { site } = useSite();
  const reloadRef = useRef(reload);
  reloadRef.current = reload;
  useReloadOnChange(
    home,
    useCallback(() => reloadRef.current(), []),
  );
  const rows = home?.rows.filter((row) => row.items.length > 0) ?? [];
  if (!home) {
    return (
      <Page title="" state={problem ? 'error' : 'loading'}>
        {problem ? <ProblemNotice problem={problem} retry={reload} /> : <LoadingNotice />}
      </Page>
    );
  }
  if (rows.length === 0 && !home.hero)
    return (
      <Page title="" state="empty">
        <EmptyCatalogue />
      </Page>
    );
  return (
    <Page title="" state="listed" class={home.hero ? 'home' : 'home home-plain'} heroUnderHeader={home.hero !== null}>
      <h1 class="unseen">{site?.organization.name ?? t('home.title')}</h1>
      <Heroes cards={featured(home)} />
      {rows.map((row, i) => (
        <CardRow key={row.id} row={row} eager={i === 0} />
      ))}
    </Page>
  );
}

/** The featured titles. Servers of earlier versions have only one. Pure. */
const featured = (home: HomeData): readonly HeroData[] =>
  home.heroes?.length > 0 ? home.heroes : home.hero ? [home.hero] : [];

/** One featured title at a time; the viewer moves to the next one. */
function Heroes({ cards }: { cards: readonly HeroData[] }) {
  const [chosen, choose] = useState(0);
  const index = Math.min(chosen, cards.length - 1);
  const card = cards[index];
  if (!card) return null;
  const step = (by: number) => choose((index + by + cards.length) % cards.length);
  return (
    <Hero card={card}>
      {cards.length > 1 && (
        <div key="steps" class="hero-steps" role="group" aria-label={t('hero.label')}>
          <button type="button" aria-label={t('hero.previous')} onClick={() => step(-1)} data-item>
            <Icon node={ChevronLeft} size={20} />
          </button>
          <span aria-live="polite">{t('hero.place', { place: index + 1, count: cards.length })}</span>
          <button type="button" aria-label={t('hero.next')} onClick={() => step(1)} data-item>
            <Icon node={ChevronRight} size={20} />
          </button>
        </div>
      )}
    </Hero>
  );
}

function Hero({ card, children }: { card: HeroData; children: ComponentChildren }) {
  const mediaState = useMediaState(card);
  const pendingLabel = stateLabel({ ...mediaState, kind: card.kind });
  const remaining = remainingLabel(card);
  const isStarted = remaining !== null && remaining !== t('watched');
  const picture = card.images.backdrop ?? card.images.still;
  const playable = card.watch && mediaState.playable && !card.locked;
  return (
    <section class="hero ink" aria-labelledby="hero" data-testid="hero">
      <div class="hero-picture">
        <Picture key={card.id} picture={picture} sizes="100vw" art={placeholderFor(card, 16 / 9)} eager fill />
      </div>
      <div class="hero-words">
        <h2 id="hero" dir="auto">
          <a href={card.href}>{card.title}</a>
        </h2>
        {card.subtitle && (
          <p class="subtitle" dir="auto">
            {card.subtitle}
          </p>
        )}
        <Facts card={card} />
        {card.synopsis && <Markdown text={card.synopsis} class="clamp" />}
        <p class="actions">
          {playable && (
            <a class="button" href={card.watch!} data-item>
              <Icon node={Play} size={18} fill />
              {isStarted ? t('resume') : t(isAudioOnly(card) ? 'listen' : 'play')}
            </a>
          )}
          <a class="button quiet" href={card.href} data-item>
            <Icon node={Info} size={18} />
            {t('more')}
          </a>
        </p>
        {(pendingLabel || isStarted) && (
          <div class="hero-state">
            <p>{pendingLabel ?? remaining}</p>
            <ProgressMeter card={card} mediaState={mediaState} />
          </div>
        )}
        {children}
      </div>
    </section>
  );
}
