/**
 * What went wrong in playback, in words for the person in front of the screen. Pure.
 * Numbers are Shaka Player's (shaka.util.Error): the category is the thousands of the code.
 */
export interface Fault {
  title: string;
  why: string;
  remedy: string;
  code: string;
}

export interface PlayerError {
  category?: number;
  code?: number;
  data?: unknown[];
}

const BAD_HTTP_STATUS = 1001;
const NO_PLAYABLE_VARIANT = 4032;

function network(status: number | null): Omit<Fault, 'code'> {
  if (status === 401 || status === 403) {
    return { title: 'This title is not open to you', why: 'The server refused to send it.', remedy: 'Sign in again, or ask whoever runs this server.' };
  }
  if (status === 404 || status === 410) {
    return { title: 'A part of this title is missing', why: 'The server no longer has what was asked for.', remedy: 'Reload the page; the title may have been replaced.' };
  }
  if (status === 503) {
    return { title: 'This part is not ready yet', why: 'It is still being encoded and took longer than the player waits.', remedy: 'Try again in a moment; it goes on where you were.' };
  }
  return { title: 'The connection was lost', why: 'The server did not answer in time.', remedy: 'Check the network and try again; it goes on where you were.' };
}

export function explain(error: PlayerError): Fault {
  const { category, code } = error;
  const status = code === BAD_HTTP_STATUS && typeof error.data?.[1] === 'number' ? error.data[1] : null;
  const label = ['player', code ?? 'unknown', ...(status ? [`HTTP ${status}`] : [])].join(' ');
  const words = ((): Omit<Fault, 'code'> => {
    if (category === 1) return network(status);
    if (category === 6) return { title: 'This title is protected', why: 'The licence to play it could not be had.', remedy: 'Try again, or open it in another browser.' };
    if (code === NO_PLAYABLE_VARIANT) return { title: 'This browser can’t play this title', why: 'None of its formats is supported here.', remedy: 'Open it in a current Chrome, Edge, Firefox or Safari.' };
    if (category === 3) return { title: 'The picture could not be decoded', why: 'The browser stumbled over a part of this title.', remedy: 'Try again; if it stops at the same place, tell whoever runs this server.' };
    return { title: 'Playback stopped', why: 'The player met something it can’t handle.', remedy: 'Try again, or reload the page.' };
  })();
  return { ...words, code: label };
}
