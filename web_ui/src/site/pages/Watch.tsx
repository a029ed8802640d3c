/** The watch page: player, navigation, and the title's details below. */
import { ArrowLeft, SkipForward } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { endpoints } from '../api/endpoints';
import { revalidateStale, useCachedGet } from '../api/cache';
import { isAudioOnly } from '../isAudioOnly';
import { t } from '../i18n';
import { navigate } from '../nav/clientNavigation';
import { useMediaEvents, useMediaState } from '../live/mediaEvents';
import { ProgressMeter } from '../components/Card';
import { Facts } from '../components/Facts';
import { ProblemNotice } from '../components/ProblemNotice';
import { Icon } from '../components/Icon';
import { WatchlistButton } from '../components/WatchlistButton';
import { Markdown } from '../components/Markdown';
import { Notice } from '../components/Notice';
import { Bars } from '../components/Icon';
import { Page } from '../components/Page';
import { ShareButton } from '../components/Share';
import { Streams } from '../components/Streams';
import { useSite } from '../session';
import type { TitlePage } from '../../../shared/viewerApi';
import { etaLabel, stateLabel } from '../labels';
import { formatClock } from '../../../shared/time';
import { currentChapterIndex } from '../watch/chapters';
import { contentIdOf, type Engine, type WatchState } from '../watch/player';
import { EndScreen } from '../watch/EndScreen';
import { PlayerHost } from '../watch/PlayerHost';

const PROGRESS_DELAY_MS = 1500;

/**
 * Refreshes the progress shown on other pages. The player saves its last position on leaving, so do it again a moment
 * later.
 */
function revalidateProgress(): void {
  revalidateStale(0);
  window.setTimeout(revalidateStale, PROGRESS_DELAY_MS, PROGRESS_DELAY_MS / 2);
}

/**
 * The title that plays and the one the player was loaded with: the player advances to the next title by itself, and
 * the page follows.
 */
function usePlaybackTarget(id: string) {
  const [watched, set] = useState({ now: id, given: id });
  const target = watched.now === id ? watched : { now: id, given: id };
  if (target !== watched) set(target);
  const follow = (playingId: string) => {
    set({ ...target, now: playingId });
    navigate(`/watch/${encodeURIComponent(playingId)}`, { replace: true });
  };
  return { ...target, follow };
}

export function Watch({ id }: { id: string }) {
  const { now: currentId, given: loadedId, follow } = usePlaybackTarget(id);
  const { data: title, problem, reload } = useCachedGet<TitlePage>(endpoints.title(currentId));
  const [state, setState] = useState<WatchState>('loading');
  const [engine, setEngine] = useState<Engine | null>(null);
  const [, redraw] = useState(0);
  useEffect(() => revalidateProgress, []);
  // A media file without a content record has no page but can be played.
  const unknown = problem !== null && problem.status === 404;
  const notPlayable = title !== null && !title.playable;
  const name = title?.title ?? engine?.config?.title ?? '';
  const refusal = engine?.error?.code ?? '';
  // The account plays elsewhere: the list of its titles takes the place of the player.
  const [blocked, setBlocked] = useState(false);
  useEffect(() => {
    if (refusal === 'too_many_streams') setBlocked(true);
  }, [refusal]);
  const next =
    title?.next?.watch ??
    (contentIdOf(engine?.config?.next?.src) && `/watch/${contentIdOf(engine?.config?.next?.src)}`);
  // The player advanced: keep it while the next title's details load.
  const readyToShow = title !== null || unknown || loadedId !== currentId;
  const loadedKind = useRef({ given: '', audio: false });
  if (readyToShow && loadedKind.current.given !== loadedId)
    loadedKind.current = { given: loadedId, audio: title !== null && isAudioOnly(title) };
  const playingId = engine?.config?.id;
  useEffect(() => {
    if (playingId && title && playingId !== title.id && playingId !== currentId) follow(playingId);
  }, [playingId]);
  return (
    <Page
      title={name}
      state={problem && !readyToShow ? 'failed' : state}
      class="watch"
      complete={readyToShow || problem !== null}
    >
      <div class="stage ink">
        <header class="watch-head">
          <a class="watch-back" href={title?.href ?? '/'} data-testid="back">
            <Icon node={ArrowLeft} />
            <span>{name && title ? t('watch.back', { title: name }) : t('watch.back_home')}</span>
          </a>
          {next && (
            <a class="watch-back" href={next} data-testid="next" title={title?.next?.title}>
              <span>{t(title?.series ? 'next.episode' : 'next')}</span>
              <Icon node={SkipForward} size={18} />
            </a>
          )}
        </header>
        {!readyToShow &&
          (problem ? (
            <div class="screen screen-words">
              <ProblemNotice problem={problem} retry={reload} small />
            </div>
          ) : (
            <div class="screen screen-video">
              <span class="place-wait">
                <Bars wide loading />
              </span>
            </div>
          ))}
        {readyToShow && blocked && <PlayingElsewhere retry={() => setBlocked(false)} />}
        {readyToShow &&
          !blocked &&
          (notPlayable && title ? (
            <WaitingForMedia title={title} ready={reload} />
          ) : (
            <div class="screen-with-end">
              <PlayerHost
                src={`/api/v1/playback/${encodeURIComponent(loadedId)}`}
                audio={loadedKind.current.audio}
                onState={setState}
                onEngine={(engine) => {
                  setEngine(engine);
                  redraw((n) => n + 1);
                }}
              />
              {title && engine && <EndScreen title={title} engine={engine} />}
            </div>
          ))}
      </div>
      {(refusal === 'sign_in' || refusal === 'not_entitled' || refusal === 'quality_not_included') && (
        <SignInOrRedeem />
      )}
      {title && <TitleDetails title={title} engine={engine} />}
    </Page>
  );
}

/** What a viewer can do about a title that they may not play: sign in, or redeem a code. */
function SignInOrRedeem() {
  const { site } = useSite();
  const href = site?.user ? '/profile#access' : `/sign-in?next=${encodeURIComponent(location.pathname)}`;
  return (
    <p class="page refused">
      <a class="button" href={href}>
        {t(site?.user ? 'access.redeem' : 'nav.sign_in')}
      </a>
    </p>
  );
}

/** In place of the player: where the account plays, to end one of the titles there. */
function PlayingElsewhere({ retry }: { retry: () => void }) {
  return (
    <div class="screen screen-words">
      <section class="elsewhere" aria-labelledby="streams" data-testid="too-many-streams">
        <h2 id="streams">{t('streams.too_many')}</h2>
        <p class="muted">{t('streams.too_many_why')}</p>
        <Streams onEnd={retry} />
        <button type="button" class="button quiet" onClick={retry}>
          {t('fault.retry')}
        </button>
      </section>
    </div>
  );
}

/** Not playable yet: shows the progress and starts when possible. */
function WaitingForMedia({ title, ready }: { title: TitlePage; ready: () => void }) {
  const mediaState = useMediaState(title);
  useMediaEvents(true);
  useEffect(() => {
    if (mediaState.playable) ready();
  }, [mediaState.playable]);
  const words = stateLabel({ ...mediaState, kind: title.kind });
  return (
    <div class="screen screen-words">
      <Notice
        small
        title={words ?? t('watch.waiting')}
        explanation={mediaState.state === 'failed' ? '' : t('watch.waiting_why')}
        remedy={etaLabel(mediaState.progress) ?? ''}
        state="waiting"
      >
        <div class="watch-meter">
          <ProgressMeter card={title} mediaState={mediaState} />
        </div>
      </Notice>
    </div>
  );
}

function TitleDetails({ title, engine }: { title: TitlePage; engine: Engine | null }) {
  const chapters = engine?.config?.chapters ?? [];
  return (
    <div class="page watch-below">
      <div class="watch-words">
        <h1 dir="auto">
          <a href={title.href}>{title.title}</a>
        </h1>
        {title.series && (
          <p class="part-of">
            <a class="link" href={`/series/${encodeURIComponent(title.series.slug)}`}>
              {title.series.title}
            </a>
          </p>
        )}
        <Facts card={title} />
        <div class="actions">
          <WatchlistButton title={title} />
          <ShareButton title={title.title} share={title.share} audio={isAudioOnly(title)} />
        </div>
        {title.synopsis && <Markdown text={title.synopsis} />}
      </div>
      {chapters.length > 0 && engine && <Chapters engine={engine} />}
    </div>
  );
}

function Chapters({ engine }: { engine: Engine }) {
  const chapters = engine.config?.chapters ?? [];
  const [activeIndex, set] = useState(-1);
  useEffect(() => {
    const update = () => set(currentChapterIndex(chapters, engine.video.currentTime));
    update();
    engine.video.addEventListener('timeupdate', update);
    return () => engine.video.removeEventListener('timeupdate', update);
  }, [engine, chapters]);
  const choose = (start: number) => {
    engine.seek(start);
    void engine.play().catch(() => undefined);
    scrollTo({ top: 0 });
  };
  return (
    <section class="chapters" aria-labelledby="chapters">
      <h2 id="chapters">{t('watch.chapters')}</h2>
      <ol data-row>
        {chapters.map((chapter, i) => (
          <li key={chapter.start}>
            <button
              type="button"
              data-item
              aria-current={i === activeIndex ? 'true' : undefined}
              onClick={() => choose(chapter.start)}
            >
              <span class="time">{formatClock(chapter.start)}</span>
              <span dir="auto">{chapter.title}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
