/** One title: what it is, how to start it, who made it, what is like it. */
import { Clapperboard, Play } from 'lucide';
import { useEffect } from 'preact/hooks';
import { calls } from '../api/endpoints';
import { useRead } from '../api/cache';
import { heard } from '../isAudioOnly';
import { t } from '../i18n';
import { useFeed, useLive } from '../live/mediaEvents';
import { artFor, Card, Meter, shapeOf } from '../components/Card';
import { Facts } from '../components/Facts';
import { Fault } from '../components/ProblemNotice';
import { Icon } from '../components/Icon';
import { ListButton } from '../components/WatchlistButton';
import { Markdown } from '../components/Markdown';
import { Waiting } from '../components/Notice';
import { Page } from '../components/Page';
import { Person } from '../components/PersonCard';
import { Picture } from '../components/Picture';
import { Poster } from '../components/Poster';
import { Strip } from '../components/Carousel';
import { ShareButton } from '../components/Share';
import type { Card as CardData, Credit, Term, Title as TitleData } from '../types';
import { date, language, left, pace, quality, role, standing } from '../labels';

export function Title({ slug }: { slug: string }) {
  const { data: title, problem, reload } = useRead<TitleData>(calls.title(slug));
  if (!title) {
    return (
      <Page title={problem ? t('fault.not_found') : ''} state={problem ? 'error' : 'loading'}>
        {problem ? <Fault problem={problem} retry={reload} /> : <Waiting />}
      </Page>
    );
  }
  return <Shown title={title} reload={reload} />;
}

function Shown({ title, reload }: { title: TitleData; reload: () => void }) {
  const live = useLive(title);
  useFeed(title.state !== 'ready' && title.media !== null);
  // Ready at last: languages, qualities and the address to play are known now.
  useEffect(() => {
    if (live.state === 'ready' && title.state !== 'ready') reload();
  }, [live.state]);
  const wide = title.images.backdrop ?? title.images.still;
  return (
    <Page title={title.title} state="shown" class="title" over>
      <div class="title-top ink">
        <div class="backdrop" aria-hidden="true">
          <Picture picture={wide} sizes="100vw" art={artFor(title, 16 / 9)} eager fill />
        </div>
        <div class="title-head">
          <Poster card={title} />
          <Head title={title} live={live} />
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
      {title.trailers.length > 0 && <Cards id="trailers" words={t('trailers')} cards={title.trailers} watch />}
      {title.credits.length > 0 && <Credits credits={title.credits} />}
      {title.next && <Cards id="next" words={t(title.series ? 'next.episode' : 'next')} cards={[title.next]} />}
      {title.related.length > 0 && <Cards id="related" words={t('related')} cards={title.related} mixed />}
    </Page>
  );
}

function Head({ title, live }: { title: TitleData; live: ReturnType<typeof useLive> }) {
  const waits = standing({ ...live, kind: title.kind });
  const rest = left(title);
  const begun = rest !== null && rest !== t('watched');
  const trailer = title.trailers.find((card) => card.watch);
  const play = begun ? t('resume') : t(heard(title) ? 'listen' : 'play');
  return (
    <div class="title-words">
      {title.series && (
        <p class="part-of">
          <a class="link" href={`/series/${encodeURIComponent(title.series.slug)}`}>
            {partOf(title.series)}
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
      <div class="actions">
        {title.watch && live.playable && (
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
        <ListButton title={title} />
        <ShareButton title={title.title} share={title.share} audio={heard(title)} />
      </div>
      {(waits || begun) && (
        <div class="hero-state" data-testid="standing">
          <p>{[waits ?? rest, waits && pace(live.progress)].filter(Boolean).join(' · ')}</p>
          <Meter card={title} live={live} />
        </div>
      )}
    </div>
  );
}

function partOf({ title, season, episode }: NonNullable<TitleData['series']>): string {
  if (season === null || episode === null) return t('title.part_of_series', { series: title });
  return t('title.part_of', { season, episode, series: title });
}

function About({ title }: { title: TitleData }) {
  const { audio, text, heights } = title.tracks;
  const terms = (list: Term[], kind: 'genre' | 'category') =>
    list.map(({ slug, name }, i) => (
      <span key={slug}>
        {i > 0 && ', '}
        <a class="link" href={`/${kind}/${encodeURIComponent(slug)}`}>
          {name}
        </a>
      </span>
    ));
  const names = (tags: string[]) => [...new Set(tags.map(language))].join(', ');
  const rows = [
    [t('title.languages'), names(audio)],
    [t('title.subtitles'), names(text)],
    [t('title.quality'), quality(heights)],
    [t('title.age'), title.age_rating],
    [t('title.original'), title.original_language && language(title.original_language)],
    [t('title.released'), title.release_date && date(title.release_date)],
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

function Credits({ credits }: { credits: Credit[] }) {
  const line = (credit: Credit) => credit.character || role(credit.role);
  return (
    <Strip
      id="credits"
      title={t('title.cast')}
      count={credits.length}
      shape="person"
      item={(i, tabIndex) => <Person person={credits[i]!.person} line={line(credits[i]!)} tabIndex={tabIndex} />}
    />
  );
}

interface CardsProps {
  id: string;
  words: string;
  cards: CardData[];
  watch?: boolean;
  mixed?: boolean;
}

function Cards({ id, words, cards, watch = false, mixed = false }: CardsProps) {
  const shape = mixed ? shapeOf(cards) : 'still';
  return (
    <Strip
      id={id}
      title={words}
      count={cards.length}
      shape={shape}
      item={(i, tabIndex) => <Card card={cards[i]!} shape={shape} watch={watch} tabIndex={tabIndex} />}
    />
  );
}
