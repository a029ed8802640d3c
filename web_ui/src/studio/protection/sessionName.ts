/** Who a playback session belongs to. */
import type { PlaybackSession } from '../home/overview';
import type { Translate } from '../i18n';

export function sessionName(session: PlaybackSession, t: Translate): string {
  const { viewer, credential, play_as: playAs } = session;
  if (viewer) return viewer.name;
  if (playAs) return t('sessions.play_as', { name: playAs.name, administrator: playAs.administrator });
  return t(`sessions.${credential === 'account' ? 'none' : credential}`);
}
