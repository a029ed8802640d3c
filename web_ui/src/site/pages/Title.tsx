/** A title: description, actions, credits, related titles. */
import { Clapperboard, Lock, Play } from 'lucide';
import { useEffect } from 'preact/hooks';
import { endpoints } from '../api/endpoints';
import { useCachedGet } from '../api/cache';
import { isAudioOnly } from '../isAudioOnly';
import { t } from '../i18n';
import { useMediaEvents, useMediaState } from '../live/mediaEvents';
import { bestShape, Card, LOCKED, placeholderFor, ProgressMeter } from '../components/Card';
import { Credits } from '../components/Credits';
import { Facts } from '../components/Facts';
import { ProblemNotice } from '../components/ProblemNotice';
import { Icon } from '../components/Icon';
import { WatchlistButton } from '../components/WatchlistButton';
import { Markdown } from '../components/Markdown';
import { LoadingNotice } from '../components/Notice';
import { Page } from '../components/Page';
import { Picture } from '../components/Picture';
import { Poster } from '../components/Poster';
import { Carousel } from '../components/Carousel';
import { ShareButton } from '../components/Share';
import type { Card as CardData } from '../../../shared/catalogue';
import type { TaxonomyLink, TitlePage } from '../../../shared/viewerApi';
import { dateLabel, languageName, remainingLabel, etaLabel, qualityLabel, stateLabel } from '../labels';

export function Title({ slug }: { slug: string }) {
  const { data: title, problem, reload } = useCachedGet<TitlePage>(endpoints.title(slug));
  if (!title) {
    return (
      <Page title={problem ? t('fault.not_found') : ''} state={problem ? 'error' : 'loading'}>
        {problem ? <ProblemNotice problem={problem} retry={reload} /> : <LoadingNotice />}
      </Page>
    );
  }
  return <TitleDetails title={title} reload={reload} />;
}

function TitleDetails({ title, reload }: { title: TitlePage; reload: () => void }) {
  const mediaState = useMediaState(title);
  useMediaEvents(title.state !== 'ready' && title.media !== null);
  // When the media becomes ready, reload for languages, qualities and the playback URL.
  useEffect(() => {
    if (mediaState.state === 'ready' && title.state !== 'ready') reload();
  }, [mediaState.state]);
  const backdrop = title.images.backdrop ?? title.images.still;
  return (
    <Page title={title.title} state="shown" class="title" heroUnderHeader>
      <div class="title-top ink">
        <div class="backdrop" aria-hidden="true">
          <Picture picture={backdrop} sizes="100vw" art={placeholderFor(title, 16 / 9)} eager fill />
        </div>
        <div class="title-head">
          <Poster card={title} />
          <TitleHeader title={title} mediaState={mediaState} />
        </div>
      </div>
      <div class="title-body">
        <section class="synopsis" aria-labelledby="about">
          <h2 id="about" class="unseen">
            {t('title.about')}
          </h2>
          {title.tagline && title.tagline !== title.subtitle && (
            <p class="tagline" dir="auto">
              {title.tagline}
            </p>
          )}
          {title.synopsis ? <Markdown text={title.synopsis} /> : <p class="muted">{t('title.no_synopsis')}</p>}
        </section>
        <About title={title} />
      </div>
      {title.trailers.length > 0 && <CardCarousel id="trailers" heading={t('trailers')} cards={title.trailers} watch />}
      {title.credits.length > 0 && <Credits credits={title.credits} />}
      {title.next && (
        <CardCarousel id="next" heading={t(title.series ? 'next.episode' : 'next')} cards={[title.next]} />
      )}
      {title.related.length > 0 && <CardCarousel id="related" heading={t('related')} cards={title.related} mixed />}
    </Page>
  );
}

function TitleHeader({ title, mediaState }: { title: TitlePage; mediaState: ReturnType<typeof useMediaState> }) {
  const pendingLabel = stateLabel({ ...mediaState, kind: title.kind });
  const remaining = remainingLabel(title);
  const isStarted = remaining !== null && remaining !== t('watched');
  const trailer = title.trailers.find((card) => card.watch);
  const play = isStarted ? t('resume') : t(isAudioOnly(title) ? 'listen' : 'play');
  return (
    <div class="title-words">
      {title.series && (
        <p class="part-of">
          <a class="link" href={`/series/${encodeURIComponent(title.series.slug)}`}>
            {seriesLabel(title.series)}
          </a>
        </p>
      )}
      <h1 dir="auto">{title.title}</h1>
      {title.subtitle && (
        <p class="subtitle" dir="auto">
          {title.subtitle}
        </p>
      )}
      <Facts
        card={title}
        more={title.genres.slice(0, 3).map(({ slug, name }) => (
          <a key={slug} href={`/genre/${encodeURIComponent(slug)}`}>
            {name}
          </a>
        ))}
      />
      {title.locked && <Locked reason={title.locked} />}
      <div class="actions">
        {title.watch && mediaState.playable && !title.locked && (
          <a class="button" href={title.watch} data-item data-testid="play">
            <Icon node={Play} size={18} fill />
            {play}
          </a>
        )}
        {trailer?.watch && (
          <a class="button quiet" href={trailer.watch} data-item>
            <Icon node={Clapperboard} size={18} />
            {t('trailer')}
          </a>
        )}
        <WatchlistButton title={title} />
        <ShareButton title={title.title} share={title.share} audio={isAudioOnly(title)} />
      </div>
      {(pendingLabel || isStarted) && (
        <div class="hero-state" data-testid="standing">
          <p>
            {[pendingLabel ?? remaining, pendingLabel && etaLabel(mediaState.progress)].filter(Boolean).join(' · ')}
          </p>
          <ProgressMeter card={title} mediaState={mediaState} />
        </div>
      )}
    </div>
  );
}

/** Why the viewer may not play the title, and what they can do. */
function Locked({ reason }: { reason: NonNullable<TitlePage['locked']> }) {
  const here = encodeURIComponent(location.pathname);
  const href = reason === 'sign_in' ? `/sign-in?next=${here}` : '/profile#access';
  return (
    <div class="locked" data-testid="locked">
      <p>
        <Icon node={Lock} size={18} />
        {t(LOCKED[reason])}
      </p>
      <a class="button" href={href} data-item>
        {t(reason === 'sign_in' ? 'nav.sign_in' : 'access.redeem')}
      </a>
    </div>
  );
}

function seriesLabel({ title, season, episode }: NonNullable<TitlePage['series']>): string {
  if (season === null || episode === null) return t('title.part_of_series', { series: title });
  return t('title.part_of', { season, episode, series: title });
}

function About({ title }: { title: TitlePage }) {
  const { audio, text, heights } = title.tracks;
  const terms = (list: TaxonomyLink[], kind: 'genre' | 'category') =>
    list.map(({ slug, name }, i) => (
      <span key={slug}>
        {i > 0 && ', '}
        <a class="link" href={`/${kind}/${encodeURIComponent(slug)}`}>
          {name}
        </a>
      </span>
    ));
  const names = (tags: string[]) => [...new Set(tags.map(languageName))].join(', ');
  const rows = [
    [t('title.languages'), names(audio)],
    [t('title.subtitles'), names(text)],
    [t('title.quality'), qualityLabel(heights)],
    [t('title.age'), title.age_rating],
    [t('title.original'), title.original_language && languageName(title.original_language)],
    [t('title.released'), title.release_date && dateLabel(title.release_date)],
    [t('title.genres'), title.genres.length > 0 && terms(title.genres, 'genre')],
    [t('title.categories'), title.categories.length > 0 && terms(title.categories, 'category')],
  ] as const;
  return (
    <dl class="about-facts">
      {rows
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

interface CardCarouselProps {
  id: string;
  heading: string;
  cards: CardData[];
  watch?: boolean;
  mixed?: boolean;
}

function CardCarousel({ id, heading, cards, watch = false, mixed = false }: CardCarouselProps) {
  const shape = mixed ? bestShape(cards) : 'still';
  return (
    <Carousel
      id={id}
      title={heading}
      count={cards.length}
      shape={shape}
      item={(i, tabIndex) => <Card card={cards[i]!} shape={shape} watch={watch} tabIndex={tabIndex} />}
    />
  );
}
