/** The checklist of a title: each item leads to the place where it is done. */
import { useT } from '../i18n';
import { CircleCheck, CircleDashed } from '../ui/lucide';
import { Icon } from '../ui/components';
import type { Item } from './checklist';

export function Checklist({ items, onOpen }: { items: readonly Item[]; onOpen: (target: string) => void }) {
  const t = useT();
  const done = items.filter((i) => i.done).length;
  return (
    <section className="checklist" aria-label={t('checklist.title')}>
      <header className="checklist-head">
        <h2>{t('checklist.title')}</h2>
        <span className="muted num">{t('checklist.done', { done, count: items.length })}</span>
      </header>
      <ul>
        {items.map((item) => (
          <li key={item.name} data-item={item.name} data-done={item.done}>
            <button type="button" onClick={() => onOpen(item.target)}>
              <Icon icon={item.done ? CircleCheck : CircleDashed} size={18} />
              <span className="grow">{t(`checklist.${item.name}`)}</span>
              <span className={item.done ? 'sr' : 'muted'}>
                {t(item.done ? 'checklist.is_done' : 'checklist.missing')}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
