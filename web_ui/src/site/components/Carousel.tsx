/**
 * A horizontally scrolling row. With the Tab key it is a single stop (roving tabindex); arrow keys move within it.
 */
import { ChevronLeft, ChevronRight } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import type { Shape } from '../../../shared/catalogue';
import type { HomeRow } from '../../../shared/viewerApi';
import { currentLanguage, messageOrNull } from '../i18n';
import { removeProgress } from '../watchlist';
import { Card } from './Card';
import { Icon } from './Icon';

interface Props {
  id: string;
  title: string;
  href?: string | null;
  count: number;
  item: (index: number, tabIndex: number) => ComponentChildren;
  shape: Shape | 'person';
}

export function Carousel({ id, title, href, count, item, shape }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const [focusStop, setFocusStop] = useState(0);
  const [atEnds, setEnds] = useState({ start: true, end: true });
  const measure = () => {
    const e = list.current;
    if (!e) return;
    const start = e.scrollLeft <= 4;
    const end = e.scrollLeft + e.clientWidth >= e.scrollWidth - 4;
    setEnds((previous) => (previous.start === start && previous.end === end ? previous : { start, end }));
  };
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    observer.observe(list.current!);
    return () => observer.disconnect();
  }, [count]);
  const scrollPage = (direction: 1 | -1) =>
    list.current?.scrollBy({ left: direction * list.current.clientWidth * 0.8 });
  const onFocusIn = (event: FocusEvent) => {
    const items = [...list.current!.querySelectorAll('[data-item]')];
    const index = items.indexOf(event.target as Element);
    if (index >= 0) setFocusStop(index);
  };
  return (
    <section class={`row row-${shape}`} aria-labelledby={`row-${id}`} data-testid={`row-${id}`}>
      <h2 id={`row-${id}`}>
        {href ? (
          <a href={href} data-item>
            {title}
            <Icon node={ChevronRight} size={18} />
          </a>
        ) : (
          title
        )}
      </h2>
      <div class="rail">
        <ul ref={list} data-row data-sideways onScroll={measure} onFocusIn={onFocusIn}>
          {Array.from({ length: count }, (_, i) => (
            <li key={i}>{item(i, i === Math.min(focusStop, count - 1) ? 0 : -1)}</li>
          ))}
        </ul>
        {!atEnds.start && (
          <ScrollButton side="start" label={t('row.back', { row: title })} onPress={() => scrollPage(-1)} />
        )}
        {!atEnds.end && <ScrollButton side="end" label={t('row.on', { row: title })} onPress={() => scrollPage(1)} />}
      </div>
    </section>
  );
}

/** For pointers only: the keyboard moves between cards. */
function ScrollButton({ side, label, onPress }: { side: 'start' | 'end'; label: string; onPress: () => void }) {
  return (
    <button
      type="button"
      class={`rail-arrow rail-${side}`}
      aria-label={label}
      title={label}
      tabIndex={-1}
      onClick={onPress}
    >
      <Icon node={side === 'start' ? ChevronLeft : ChevronRight} size={28} />
    </button>
  );
}

/** The title of a row in the viewer's language, else the server's, else ours by kind. */
export const rowTitle = (row: Pick<HomeRow, 'title' | 'kind'> & Partial<Pick<HomeRow, 'titles'>>): string =>
  row.titles?.[currentLanguage()] || row.title || (messageOrNull(`row.${row.kind}`) ?? '');

export function CardRow({ row, eager = false }: { row: HomeRow; eager?: boolean }) {
  const continuesWatching = row.kind === 'continue';
  const [removed, setRemoved] = useState<readonly string[]>([]);
  const items = row.items.filter(({ id }) => !removed.includes(id));
  const remove = async (id: string) => {
    setRemoved((ids) => [...ids, id]);
    await removeProgress(id).catch(() => setRemoved((ids) => ids.filter((known) => known !== id)));
  };
  if (items.length === 0) return null;
  return (
    <Carousel
      id={row.id}
      title={rowTitle(row)}
      href={row.href}
      count={items.length}
      shape={row.shape}
      item={(i, tabIndex) => (
        <Card
          card={items[i]!}
          shape={row.shape}
          watch={continuesWatching}
          eager={eager && i < 6}
          onRemove={continuesWatching ? () => void remove(items[i]!.id) : undefined}
          tabIndex={tabIndex}
        />
      )}
    />
  );
}
