/** How many watch a channel at the moment, if that is known. */
import { useT } from '../i18n';
import { Icon } from '../ui/components';
import { UsersRound } from '../ui/lucide';

export function ViewersNow({ viewers }: { viewers: number | null | undefined }) {
  const t = useT();
  if (viewers === null || viewers === undefined) return null;
  return (
    <span className="num" data-viewers={viewers}>
      <Icon icon={UsersRound} size={14} /> {t('channel.viewers', { smart_count: viewers })}
    </span>
  );
}
