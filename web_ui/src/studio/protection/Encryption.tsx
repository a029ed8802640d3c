/** Whether what plays of a media is encrypted. */
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { Lock } from '../ui/lucide';
import { StatusBadge } from '../ui/components';

export const isEncrypted = (media: Row | null | undefined): boolean =>
  media?.encryption === 'cbcs' || media?.encryption === 'cenc';
/** Whether a media is being encrypted in another way, or waits for it, while it plays as before. */
export const isRepackaged = (media: Row): boolean =>
  media.playable === true && (media.progress as { stage?: string } | null)?.stage === 'package';

export function Encryption({ media, scheme = false }: { media: Row; scheme?: boolean }) {
  const t = useT();
  if (!isEncrypted(media)) return <span className="muted">{t('protection.state.clear')}</span>;
  return (
    <StatusBadge tone="ready" icon={Lock}>
      {t('protection.state.protected')}
      {scheme && ` (${String(media.encryption)})`}
    </StatusBadge>
  );
}
