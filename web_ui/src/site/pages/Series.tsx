/** A series: its seasons, its episodes, and the one to go on with. */
import { Play } from 'lucide';
import { useState } from 'preact/hooks';
import { calls } from '../api/endpoints';
import { useRead } from '../api/cache';
import { t } from '../i18n';
import { useFeed, useLive } from '../live/mediaEvents';
import { artFor, Meter, pictureFor } from '../components/Card';
import { Facts } from '../components/Facts';
import { Fault } from '../components/ProblemNotice';
import { Icon } from '../components/Icon';
import { Markdown } from '../components/Markdown';
import { Notice, Waiting } from '../components/Notice';
import { Page } from '../components/Page';
import { Picture } from '../components/Picture';
import { Poster } from '../components/Poster';
import type { Episode, Season, Series as SeriesData } from '../types';
import { clock, duration, left, share, standing } from '../labels';

/**
 * The one begun and not finished, else the one after the last finished, else the first. `season` is its place in the
 * list. Pure.
 */
export function goOn(seasons: readonly Season[]): { episode: Episode; season: number; fresh: boolean } | null {
  const all = seasons.flatMap((season, at) => season.episodes.map((episode) => ({ episode, season: at })));
  const playable = all.filter(({ episode }) => episode.playable && episode.watch);
  const begun = playable.findLast(({ episode }) => share(episode) > 0 && share(episode) < 0.97);
  if (begun) return { ...begun, fresh: false };
  const seen = playable.findLastIndex(({ episode }) => share(episode) >= 0.97);
  const next = playable[seen + 1] ?? playable[0];
  return next ? { ...next, fresh: seen < 0 } : null;
}

export function Series({ slug }: { slug: string }) {
  const { data: series, problem, reload } = useRead<SeriesData>(calls.series(slug));
  if (!series) {
    return (
      <Page title={problem ? t('fault.not_found') : ''} state={problem ? 'error' : 'loading'}>
        {problem ? <Fault problem={problem} retry={reload} /> : <Waiting />}
      </Page>
    );
  }
  return <Shown series={series} />;
}

function Shown({ series }: { series: SeriesData }) {
  const next = goOn(series.seasons);
  const [chosen, choose] = useState(next?.season ?? 0);
  const season = series.seasons[chosen] ?? series.seasons[0];
  useFeed(series.seasons.some(({ episodes }) => episodes.some(({ state }) => state !== 'ready')));
  return (
    <Page title={series.title} state="shown" class="title" over>
      <div class="title-top ink">
        <div class="backdrop" aria-hidden="true">
          <Picture
            picture={series.images.backdrop ?? series.images.still}
            sizes="100vw"
            art={artFor(series, 16 / 9)}
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
                  {next.fresh || next.episode.episode_number === null
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
              <Line key={episode.id} episode={episode} />
            ))}
          </ol>
        ) : (
          <Notice small title={t('series.none')} why={t('series.none_why')} state="none" />
        )}
      </section>
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

function Line({ episode }: { episode: Episode }) {
  const live = useLive(episode);
  const waits = standing({ ...live, kind: episode.kind });
  const line = [waits ?? (episode.duration_s ? duration(episode.duration_s) : null), waits ? null : left(episode)]
    .filter(Boolean)
    .join(' · ');
  const straight = episode.watch && live.playable;
  return (
    <li class="episode card" data-id={episode.id} data-state={live.state} data-playable={live.playable}>
      <a href={straight ? episode.watch! : episode.href} data-item>
        <div class="frame">
          <Picture
            picture={pictureFor(episode, 'still')}
            sizes="(min-width: 768px) 240px, 40vw"
            art={artFor(episode, 16 / 9)}
          />
          {straight && (
            <span class="play">
              <Icon node={Play} fill />
            </span>
          )}
          {episode.duration_s ? <span class="badge">{clock(episode.duration_s)}</span> : null}
          <Meter card={episode} live={live} />
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
