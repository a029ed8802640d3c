/** The watch page: reads the title, waits until it can be played, plays it, and follows its encoding. */
import '../styles/base.css';
import '../styles/watch.css';
import { ApiError, getMedia, idFromPath, type Media } from '../api';
import { follow } from '../feed';
import { about } from './about';
import { explain, type Fault, type PlayerError } from './faults';
import type { Player } from './player';
import { failedFault, stage } from './stage';

/** The same words as in data-state. `playing` means that the title is in the player, running or paused. */
type PageState = 'loading' | 'waiting' | 'playing' | 'error';

const main = document.querySelector('main')!;
const id = idFromPath(location.pathname);
const screen = stage();
const below = about((seconds) => {
  if (screen.element.getBoundingClientRect().bottom < 200) screen.element.scrollIntoView();
  player?.seek(seconds);
});

let media: Media | null = null;
let player: Player | null = null;
let starting = false;
let unfollow: (() => void) | null = null;

function enter(state: PageState): void {
  main.dataset.state = state;
}

function fail(fault: Fault, retry: (() => void) | null): void {
  enter('error');
  screen.fault(fault, retry);
}

async function start(from: number | null): Promise<void> {
  if (starting || !media) return;
  starting = true;
  enter('loading');
  screen.loading();
  try {
    player ??= await makePlayer();
    await player.load(media, from);
    enter('playing');
    screen.playing();
    player.play();
  } catch (error) {
    playbackFailed(error as PlayerError);
  } finally {
    starting = false;
  }
}

async function makePlayer(): Promise<Player> {
  const made = await (await import('./player')).create(screen.container, screen.video);
  made.on('fault', playbackFailed);
  made.on('refused', () => screen.invite(made.play));
  made.on('time', () => below.mark(made.position()));
  made.on('quality', () => below.quality(made.playingHeight()));
  return made;
}

function playbackFailed(error: PlayerError): void {
  const at = player?.position() || null;
  fail(explain(error), () => void start(at));
}

function show(next: Media): void {
  media = next;
  document.title = `${next.title} · OTNet`;
  screen.dress(next);
  below.update(next);
  below.element.hidden = false;
  if (next.state === 'ready') letGo();
  const state = main.dataset.state as PageState;
  if (state === 'playing' || starting) return;
  if (next.playable && next.playback) {
    if (state === 'loading' || state === 'waiting') void start(null);
  } else if (next.state === 'failed') {
    fail(failedFault(next), null);
  } else {
    enter('waiting');
    screen.waiting(next);
  }
}

/** A finished title changes no more; its connection is given back to the player. */
function letGo(): void {
  unfollow?.();
  unfollow = null;
}

const GONE: Fault = {
  title: 'There is no such title', why: 'It may have been removed, or the address is not complete.',
  remedy: 'Go back to the library and choose another.', code: 'media_not_found',
};

async function read(): Promise<void> {
  if (!id) return fail(GONE, null);
  try {
    show(await getMedia(id));
  } catch (error) {
    if (media) return;
    if (error instanceof ApiError && error.status === 404) return fail(GONE, null);
    const code = error instanceof ApiError ? `HTTP ${error.status}` : 'network';
    fail({ ...explain({ category: 1 }), code }, () => {
      enter('loading');
      screen.loading();
      void read();
    });
  }
}

below.element.hidden = true;
main.append(screen.element, below.element);
screen.loading();
if (id) {
  unfollow = follow({
    onOpen: () => void read(),
    onMedia: (changed) => changed.id === id && show(changed),
    onRemoved: (gone) => gone === id && main.dataset.state !== 'playing' && fail(GONE, null),
  });
}
void read();
