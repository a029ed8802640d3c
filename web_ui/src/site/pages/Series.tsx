/** A series: seasons, episodes, and the episode to continue with. */
import { Play } from 'lucide';
import { useState } from 'preact/hooks';
import { endpoints } from '../api/endpoints';
import { useCachedGet } from '../api/cache';
import { t } from '../i18n';
import { useMediaEvents, useMediaState } from '../live/mediaEvents';
import { LockBadge, pictureFor, placeholderFor, ProgressMeter } from '../components/Card';
import { Credits } from '../components/Credits';
import { Facts } from '../components/Facts';
import { ProblemNotice } from '../components/ProblemNotice';
import { Icon } from '../components/Icon';
import { Markdown } from '../components/Markdown';
import { Notice, LoadingNotice } from '../components/Notice';
import { Page } from '../components/Page';
import { Picture } from '../components/Picture';
import { Poster } from '../components/Poster';
import { formatClock } from '../../../shared/time';
import type { Episode, Season, Series as SeriesData } from '../../../shared/viewerApi';
import { durationLabel, remainingLabel, watchedFraction, stateLabel } from '../labels';

/** The episode in progress, else the one after the last watched, else the first. `season` is an index. Pure. */
export function nextEpisode(seasons: readonly Season[]): { episode: Episode; season: number; isFirst: boolean } | null {
  const all = seasons.flatMap((season, at) => season.episodes.map((episode) => ({ episode, season: at })));
  const playable = all.filter(({ episode }) => episode.playable && episode.watch && !episode.locked);
  const started = playable.findLast(({ episode }) => watchedFraction(episode) > 0 && watchedFraction(episode) < 0.97);
  if (started) return { ...started, isFirst: false };
  const lastWatched = playable.findLastIndex(({ episode }) => watchedFraction(episode) >= 0.97);
  const next = playable[lastWatched + 1] ?? playable[0];
  return next ? { ...next, isFirst: lastWatched < 0 } : null;
}

export function Series({ slug }: { slug: string }) {
  const { data: series, problem, reload } = useCachedGet<SeriesData>(endpoints.series(slug));
  if (!series) {
    return (
      <Page title={problem ? t('fault.not_found') : ''} state={problem ? 'error' : 'loading'}>
        {problem ? <ProblemNotice problem={problem} retry={reload} /> : <LoadingNotice />}
      </Page>
    );
  }
  return <SeriesDetails series={series} />;
}

function SeriesDetails({ series }: { series: SeriesData }) {
  const next = nextEpisode(series.seasons);
  const [chosen, choose] = useState(next?.season ?? 0);
  const season = series.seasons[chosen] ?? series.seasons[0];
  useMediaEvents(series.seasons.some(({ episodes }) => episodes.some(({ state }) => state !== 'ready')));
  return (
    <Page title={series.title} state="shown" class="title" heroUnderHeader>
      <div class="title-top ink">
        <div class="backdrop" aria-hidden="true">
          <Picture
            picture={series.images.backdrop ?? series.images.still}
            sizes="100vw"
            art={placeholderFor(series, 16 / 9)}
            eager
            fill
          />
        </div>
        <div class="title-head">
          <Poster card={series} />
          <div class="title-words">
            <h1 dir="auto">{series.title}</h1>
            {series.subtitle && (
              <p class="subtitle" dir="auto">
                {series.subtitle}
              </p>
            )}
            <Facts
              card={{ ...series, duration_s: null, episodes: 0 }}
              more={[t('series.seasons', { n: series.seasons.length })]}
            />
            {series.synopsis && <Markdown text={series.synopsis} class="clamp" />}
            {next && (
              <div class="actions">
                <a class="button" href={next.episode.watch!} data-item data-testid="play">
                  <Icon node={Play} size={18} fill />
                  {next.isFirst || next.episode.episode_number === null
                    ? t('series.first')
                    : t('series.go_on', { n: next.episode.episode_number })}
                </a>
              </div>
            )}
          </div>
        </div>
      </div>
      <section class="episodes" aria-labelledby="episodes">
        <h2 id="episodes">{t('series.episodes')}</h2>
        {series.seasons.length > 1 && <Seasons seasons={series.seasons} chosen={chosen} choose={choose} />}
        {season && season.episodes.length > 0 ? (
          <ol data-row>
            {season.episodes.map((episode) => (
              <EpisodeRow key={episode.id} episode={episode} />
            ))}
          </ol>
        ) : (
          <Notice small title={t('series.none')} explanation={t('series.none_why')} state="none" />
        )}
      </section>
      {series.credits.length > 0 && <Credits credits={series.credits} />}
    </Page>
  );
}

function Seasons({ seasons, chosen, choose }: { seasons: Season[]; chosen: number; choose: (n: number) => void }) {
  return (
    <div class="chips" role="group" aria-label={t('series.seasons', { n: seasons.length })} data-row>
      {seasons.map(({ number, title }, at) => (
        <button key={at} type="button" class="chip" aria-pressed={at === chosen} data-item onClick={() => choose(at)}>
          {title || (number === null ? t('series.extra') : t('series.season', { n: number }))}
        </button>
      ))}
    </div>
  );
}

function EpisodeRow({ episode }: { episode: Episode }) {
  const mediaState = useMediaState(episode);
  const pendingLabel = stateLabel({ ...mediaState, kind: episode.kind });
  const line = [
    pendingLabel ?? (episode.duration_s ? durationLabel(episode.duration_s) : null),
    pendingLabel ? null : remainingLabel(episode),
  ]
    .filter(Boolean)
    .join(' · ');
  const playsDirectly = episode.watch && mediaState.playable && !episode.locked;
  return (
    <li class="episode card" data-id={episode.id} data-state={mediaState.state} data-playable={mediaState.playable}>
      <a href={playsDirectly ? episode.watch! : episode.href} data-item>
        <div class="frame">
          <Picture
            picture={pictureFor(episode, 'still')}
            sizes="(min-width: 768px) 240px, 40vw"
            art={placeholderFor(episode, 16 / 9)}
          />
          {episode.locked && <LockBadge reason={episode.locked} />}
          {playsDirectly && (
            <span class="play">
              <Icon node={Play} fill />
            </span>
          )}
          {episode.duration_s ? <span class="badge">{formatClock(episode.duration_s)}</span> : null}
          <ProgressMeter card={episode} mediaState={mediaState} />
        </div>
        <div class="episode-words">
          <h3 class="card-title" dir="auto">
            {episode.episode_number !== null && <span class="number">{episode.episode_number}</span>}
            {episode.title}
          </h3>
          <p class="line">{line}</p>
        </div>
      </a>
      {episode.synopsis && <Markdown text={episode.synopsis} class="episode-synopsis muted" />}
    </li>
  );
}
