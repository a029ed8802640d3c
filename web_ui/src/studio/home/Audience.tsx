/** Plays, hours, viewers, start-up and rebuffering as small plots, and the titles that were watched longest. */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router-dom';
import { get } from '../api/http';
import { useT } from '../i18n';
import { Button, Section } from '../ui/components';
import { formatDate, formatNumber } from '../ui/format';
import { ProblemNotice } from '../ui/ProblemNotice';
import {
  changeOf,
  type DayFigures,
  formatRatio,
  formatStartup,
  formatWatched,
  isWithoutPlays,
  PERIODS,
  type Period,
  type Statistics,
  statisticsUrl,
} from './statistics';

const Plot = lazy(() => import('./Plot'));

interface Card {
  label: string;
  value: string;
  change: string | null;
  note?: string;
  secondLabel?: string;
  read: (day: DayFigures) => number | null;
  second?: (day: DayFigures) => number | null;
  format: (value: number) => string;
}

function useCards({ total, previous }: Statistics): Card[] {
  const t = useT();
  return [
    {
      label: t('audience.plays'),
      value: formatNumber(total.plays),
      change: changeOf(total.plays, previous.plays),
      read: (day) => day.plays,
      format: formatNumber,
    },
    {
      label: t('audience.watched'),
      value: formatWatched(total.watched_s),
      change: changeOf(total.watched_s, previous.watched_s),
      read: (day) => day.watched_s,
      format: formatWatched,
    },
    {
      label: t('audience.viewers'),
      value: formatNumber(total.viewers),
      change: changeOf(total.viewers, previous.viewers),
      read: (day) => day.viewers,
      format: formatNumber,
    },
    {
      label: t('audience.startup'),
      value: formatStartup(total.startup_median_ms),
      change: null,
      note: t('audience.p95', { value: formatStartup(total.startup_p95_ms) }),
      secondLabel: t('audience.startup_p95'),
      read: (day) => day.startup_median_ms,
      second: (day) => day.startup_p95_ms,
      format: formatStartup,
    },
    {
      label: t('audience.rebuffering'),
      value: formatRatio(total.rebuffer_ratio),
      change: null,
      note: t('audience.failed', { value: formatRatio(total.failure_ratio) }),
      read: (day) => day.rebuffer_ratio,
      format: formatRatio,
    },
  ];
}

function Plots({ data }: { data: Statistics }) {
  const cards = useCards(data);
  return (
    <ul className="plots">
      {cards.map(({ label, value, change, note, secondLabel, read, second, format }) => (
        <li key={label} className="plot">
          <span className="muted">{label}</span>
          <b className="num">{value}</b>
          <small className="muted num">{change ?? note ?? ' '}</small>
          <Suspense fallback={<div className="plot-space" />}>
            <Plot
              points={data.days.map((day) => ({ day: day.day, value: read(day), second: second?.(day) }))}
              label={label}
              secondLabel={secondLabel}
              format={format}
            />
          </Suspense>
        </li>
      ))}
    </ul>
  );
}

function DayTable({ data }: { data: Statistics }) {
  const cards = useCards(data);
  const t = useT();
  return (
    <div className="plot-table">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('audience.day')}</th>
            {cards.map(({ label }) => (
              <th key={label} scope="col" className="right">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...data.days].reverse().map((day) => (
            <tr key={day.day}>
              <th scope="row">{formatDate(day.day)}</th>
              {cards.map(({ label, read, format }) => {
                const value = read(day);
                return (
                  <td key={label} className="right num">
                    {value === null ? '–' : format(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TopTitles({ titles }: { titles: Statistics['titles'] }) {
  const t = useT();
  const longest = Math.max(...titles.map(({ watched_s }) => watched_s), 1);
  return (
    <ol className="top-titles">
      {titles.map(({ id, title, plays, watched_s }) => (
        <li key={id}>
          <Link to={`/content/${id}/show`} dir="auto">
            {title}
          </Link>
          <span className="muted num">
            {t('audience.of_title', { plays: formatNumber(plays), smart_count: plays })}
          </span>
          <span className="num">{formatWatched(watched_s)}</span>
          <i aria-hidden="true" style={{ inlineSize: `${Math.max(1, (watched_s / longest) * 100)}%` }} />
        </li>
      ))}
    </ol>
  );
}

export function Audience() {
  const t = useT();
  const [days, setDays] = useState<Period>(28);
  const [asTable, setAsTable] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['statistics', days],
    queryFn: ({ signal }) => get<Statistics>(statisticsUrl(days), { signal }),
    placeholderData: (before) => before,
    refetchInterval: 300_000,
  });
  if (error && !data) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (!data) return null;
  return (
    <Section
      className="audience"
      title={t('audience.title')}
      action={
        <div className="plot-tools">
          <div className="segmented" role="radiogroup" aria-label={t('audience.period')}>
            {PERIODS.map((period) => (
              <label key={period}>
                <input type="radio" name="period" checked={period === days} onChange={() => setDays(period)} />
                <span>{t('audience.days', { days: period })}</span>
              </label>
            ))}
          </div>
          <Button small aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {t('audience.table')}
          </Button>
        </div>
      }
    >
      {isWithoutPlays(data) ? (
        <p className="muted plot-none">{t('audience.none')}</p>
      ) : (
        <>
          {asTable ? <DayTable data={data} /> : <Plots data={data} />}
          {data.titles.length > 0 && <TopTitles titles={data.titles} />}
        </>
      )}
    </Section>
  );
}
