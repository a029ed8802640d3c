import { Check, Plus } from 'lucide';
import { useState } from 'preact/hooks';
import { go } from '../nav/clientNavigation';
import { t } from '../i18n';
import { useListed } from '../watchlist';
import { useSite } from '../session';
import type { Title } from '../types';
import { Icon } from './Icon';

export function ListButton({ title }: { title: Pick<Title, 'id' | 'slug' | 'title' | 'in_list'> }) {
  const { site } = useSite();
  const [listed, turn] = useListed(title);
  const [said, setSaid] = useState('');
  const press = () => {
    if (!site?.user) return go(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
    setSaid('');
    turn().catch((error: Error) => setSaid(error.message || t('fault.other')));
  };
  const label = t(listed ? 'list.remove_label' : 'list.add_label', { title: title.title });
  return (
    <>
      <button
        type="button"
        class="button quiet"
        aria-pressed={listed}
        title={label}
        onClick={press}
        data-testid="list-button"
        data-item
      >
        <Icon node={listed ? Check : Plus} />
        {t(listed ? 'list.added' : 'list.add')}
      </button>
      {said && (
        <p class="said" role="alert">
          {said}
        </p>
      )}
    </>
  );
}
