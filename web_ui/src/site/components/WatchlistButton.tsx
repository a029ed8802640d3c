import { Check, Plus } from 'lucide';
import { useState } from 'preact/hooks';
import { navigate } from '../nav/clientNavigation';
import { t } from '../i18n';
import { useWatchlist } from '../watchlist';
import { useSite } from '../session';
import type { TitlePage } from '../../../shared/viewerApi';
import { Icon } from './Icon';

export function WatchlistButton({ title }: { title: Pick<TitlePage, 'id' | 'slug' | 'title' | 'in_list'> }) {
  const { site } = useSite();
  const [listed, toggle] = useWatchlist(title);
  const [error, setError] = useState('');
  const onClick = () => {
    if (!site?.user) return navigate(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
    setError('');
    toggle().catch((error: Error) => setError(error.message || t('fault.other')));
  };
  const label = t(listed ? 'list.remove_label' : 'list.add_label', { title: title.title });
  return (
    <>
      <button
        type="button"
        class="button quiet"
        aria-pressed={listed}
        title={label}
        onClick={onClick}
        data-testid="list-button"
        data-item
      >
        <Icon node={listed ? Check : Plus} />
        {t(listed ? 'list.added' : 'list.add')}
      </button>
      {error && (
        <p class="said" role="alert">
          {error}
        </p>
      )}
    </>
  );
}
