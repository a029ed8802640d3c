/** Pagination: range, page size, previous and next. */
import { useListContext } from 'react-admin';
import { useT } from '../i18n';
import { formatNumber } from '../ui/format';
import { ChevronLeft, ChevronRight } from '../ui/lucide';
import { IconButton } from '../ui/components';

const PAGE_SIZES = [25, 50, 100, 200];

export function Pagination() {
  const t = useT();
  const { page, perPage, setPage, setPerPage, hasNextPage, hasPreviousPage, total, data = [] } = useListContext();
  const from = data.length ? (page - 1) * perPage + 1 : 0;
  return (
    <nav className="pages" aria-label={t('list.pages')}>
      <span className="num muted" role="status">
        {total === undefined
          ? t('list.range', { from, to: from + data.length - (data.length ? 1 : 0) })
          : t('list.range_of', {
              from: formatNumber(from),
              to: formatNumber(from + data.length - (data.length ? 1 : 0)),
              total: formatNumber(total),
            })}
      </span>
      <label className="muted">
        <span className="wide-only">{t('list.per_page')} </span>
        <select
          className="control slim num"
          aria-label={t('list.per_page')}
          value={perPage}
          onChange={(e) => setPerPage(Number(e.target.value))}
        >
          {PAGE_SIZES.map((n) => (
            <option key={n}>{n}</option>
          ))}
        </select>
      </label>
      <IconButton
        label={t('list.previous')}
        icon={ChevronLeft}
        disabled={!hasPreviousPage}
        onClick={() => setPage(page - 1)}
      />
      <IconButton
        label={t('list.next')}
        icon={ChevronRight}
        disabled={!hasNextPage}
        onClick={() => setPage(page + 1)}
      />
    </nav>
  );
}
