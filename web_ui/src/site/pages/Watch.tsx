/** The player page: the picture as large as the window allows, the way back, and what the title is below it. */
import { ArrowLeft, SkipForward } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { calls } from '../api/endpoints';
import { refresh, useRead } from '../api/cache';
import { heard } from '../isAudioOnly';
import { t } from '../i18n';
import { go } from '../nav/clientNavigation';
import { useFeed, useLive } from '../live/mediaEvents';
import { Meter } from '../components/Card';
import { Facts } from '../components/Facts';
import { Fault } from '../components/ProblemNotice';
import { Icon } from '../components/Icon';
import { ListButton } from '../components/WatchlistButton';
import { Markdown } from '../components/Markdown';
import { Notice } from '../components/Notice';
import { Bars } from '../components/Icon';
import { Page } from '../components/Page';
import { ShareButton } from '../components/Share';
import type { Title } from '../types';
import { clock, pace, standing } from '../labels';
import { current } from '../watch/chapters';
import { idOf, type Engine, type WatchState } from '../watch/player';
import { Stage } from '../watch/PlayerHost';

const FAREWELL_MS = 1500;

/** Rows and titles show how far somebody came. The player tells its last position while it goes, so ask once more. */
function leave(): void {
  refresh(0);
  window.setTimeout(refresh, FAREWELL_MS, FAREWELL_MS / 2);
}

/** What is watched, and what the player was given: it goes on to the next by itself, and the page follows it. */
function useWatched(id: string) {
  const [watched, set] = useState({ now: id, given: id });
  const mine = watched.now === id ? watched : { now: id, given: id };
  if (mine !== watched) set(mine);
  const follow = (played: string) => {
    set({ ...mine, now: played });
    go(`/watch/${encodeURIComponent(played)}`, { replace: true });
  };
  return { ...mine, follow };
}

export function Watch({ id }: { id: string }) {
  const { now, given, follow } = useWatched(id);
  const { data: title, problem, reload } = useRead<Title>(calls.title(now));
  const [state, setState] = useState<WatchState>('loading');
  const [engine, setEngine] = useState<Engine | null>(null);
  const [, redraw] = useState(0);
  useEffect(() => leave, []);
  // A media nobody has made a title of has no page, but may well be played.
  const unknown = problem !== null && problem.status === 404;
  const waits = title !== null && !title.playable;
  const name = title?.title ?? engine?.config?.title ?? '';
  const refused = engine?.error && ['sign_in', 'not_entitled'].includes(engine.error.code);
  const next = title?.next?.watch ?? (idOf(engine?.config?.next?.src) && `/watch/${idOf(engine?.config?.next?.src)}`);
  // Gone on by itself: the player stays while the words of the next title are read.
  const shown = title !== null || unknown || given !== now;
  const first = useRef({ given: '', audio: false });
  if (shown && first.current.given !== given) first.current = { given, audio: title !== null && heard(title) };
  const played = engine?.config?.id;
  useEffect(() => {
    if (played && title && played !== title.id && played !== now) follow(played);
  }, [played]);
  return (
    <Page title={name} state={problem && !shown ? 'failed' : state} class="watch" complete={shown || problem !== null}>
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
        {!shown &&
          (problem ? (
            <div class="screen screen-words">
              <Fault problem={problem} retry={reload} small />
            </div>
          ) : (
            <div class="screen screen-video">
              <span class="place-wait">
                <Bars wide loading />
              </span>
            </div>
          ))}
        {shown &&
          (waits && title ? (
            <Waits title={title} ready={reload} />
          ) : (
            <Stage
              src={`/api/v1/playback/${encodeURIComponent(given)}`}
              audio={first.current.audio}
              state={setState}
              engine={(engine) => {
                setEngine(engine);
                redraw((n) => n + 1);
              }}
            />
          ))}
      </div>
      {refused && (
        <p class="page refused">
          <a class="button" href={`/sign-in?next=${encodeURIComponent(location.pathname)}`}>
            {t('nav.sign_in')}
          </a>
        </p>
      )}
      {title && <Below title={title} engine={engine} />}
    </Page>
  );
}

/** Nothing to play yet: says how far it is, and starts by itself. */
function Waits({ title, ready }: { title: Title; ready: () => void }) {
  const live = useLive(title);
  useFeed(true);
  useEffect(() => {
    if (live.playable) ready();
  }, [live.playable]);
  const words = standing({ ...live, kind: title.kind });
  return (
    <div class="screen screen-words">
      <Notice
        small
        title={words ?? t('watch.waiting')}
        why={live.state === 'failed' ? '' : t('watch.waiting_why')}
        remedy={pace(live.progress) ?? ''}
        state="waiting"
      >
        <div class="watch-meter">
          <Meter card={title} live={live} />
        </div>
      </Notice>
    </div>
  );
}

function Below({ title, engine }: { title: Title; engine: Engine | null }) {
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
          <ListButton title={title} />
          <ShareButton title={title.title} share={title.share} audio={heard(title)} />
        </div>
        {title.synopsis && <Markdown text={title.synopsis} />}
      </div>
      {chapters.length > 0 && engine && <Chapters engine={engine} />}
    </div>
  );
}

function Chapters({ engine }: { engine: Engine }) {
  const chapters = engine.config?.chapters ?? [];
  const [at, set] = useState(-1);
  useEffect(() => {
    const look = () => set(current(chapters, engine.video.currentTime));
    look();
    engine.video.addEventListener('timeupdate', look);
    return () => engine.video.removeEventListener('timeupdate', look);
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
              aria-current={i === at ? 'true' : undefined}
              onClick={() => choose(chapter.start)}
            >
              <span class="time">{clock(chapter.start)}</span>
              <span dir="auto">{chapter.title}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
