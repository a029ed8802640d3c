/** The episodes of one season: in order, named in place, added, reordered, and named all at once. */
import { useEffect, useState } from 'react';
import { useDataProvider } from 'react-admin';
import { Link } from 'react-router-dom';
import type { StudioProvider } from '../api/dataProvider';
import type { Resource, Row } from '../api/schema';
import { useT } from '../i18n';
import { GripVertical, Pencil, Plus } from '../ui/lucide';
import { Button, Icon, Section, StatusBadge } from '../ui/components';
import { Dialog } from '../ui/Dialog';
import { formatSpan } from '../ui/format';
import { pictureOf, Picture } from '../ui/Picture';
import { moved, useReorder, type HandleProps } from '../ui/useReorder';
import { filmState, mainMedia, TONES } from '../workbench/filmState';
import { saveFields } from '../workbench/saveFields';
import { nextNumber, numberedTitle, type SeasonGroup } from './seasons';

interface Props {
  series: Row;
  group: SeasonGroup;
  content: Resource;
  editable: boolean;
  /** Runs a change, says its error, and reads the episodes again. */
  run: (work: () => Promise<unknown>) => Promise<void>;
}

function EpisodeRow({
  episode,
  editable,
  className,
  handle,
  autoFocus,
  onRename,
}: {
  episode: Row;
  editable: boolean;
  className: string;
  handle: HandleProps;
  autoFocus: boolean;
  onRename: (title: string) => void;
}) {
  const t = useT();
  const stored = String(episode.title);
  const [title, setTitle] = useState(stored);
  useEffect(() => setTitle(stored), [stored]);
  const state = filmState(episode);
  const media = mainMedia(episode);
  const leave = () => {
    if (title.trim() === '') setTitle(stored);
    else if (title.trim() !== stored) onRename(title.trim());
  };
  return (
    <li className={`episode-row ${className}`} data-id={episode.id}>
      {editable && (
        <button type="button" className="drag-handle" aria-label={t('reorder.handle', { name: stored })} {...handle}>
          <Icon icon={GripVertical} />
        </button>
      )}
      <span className="episode-number num muted">{String(episode.episode_number ?? '–')}</span>
      <Picture src={pictureOf(episode)} seed={episode.id} />
      {editable ? (
        <input
          className="control"
          value={title}
          aria-label={t('series.title_of', { name: stored })}
          dir="auto"
          autoFocus={autoFocus}
          onFocus={(e) => autoFocus && e.target.select()}
          onChange={(e) => setTitle(e.target.value)}
          onBlur={leave}
          onKeyDown={(e) => {
            if (e.key === 'Enter') leave();
            if (e.key === 'Escape') setTitle(stored);
          }}
        />
      ) : (
        <span dir="auto">{stored}</span>
      )}
      <span className="num muted">{media?.duration_s ? formatSpan(media.duration_s) : ''}</span>
      <StatusBadge tone={TONES[state]}>{t(`film.state.${state}`)}</StatusBadge>
      <Link
        className="btn btn-quiet btn-small"
        to={`/content/${episode.id}/show`}
        aria-label={t('list.open', { name: stored })}
      >
        {t('open')}
      </Link>
    </li>
  );
}

export function SeasonSection({ series, group, content, editable, run }: Props) {
  const t = useT();
  const provider = useDataProvider<StudioProvider>();
  const { season } = group;
  const [episodes, setEpisodes] = useState(group.episodes);
  useEffect(() => setEpisodes(group.episodes), [group]);
  const [created, setCreated] = useState<string | null>(null);
  const [naming, setNaming] = useState(false);
  const [pattern, setPattern] = useState(t('series.pattern'));
  const [announcement, announce] = useState('');
  const move = (from: number, to: number) => {
    const next = moved(episodes, from, to);
    setEpisodes(next);
    announce(t('reorder.moved', { name: String(episodes[from]!.title), place: to + 1, count: next.length }));
    const order = { episodes: next.map((e) => e.id), ...(season ? { season: season.id } : {}) };
    void run(() => provider.runAction('series', series.id, 'order_episodes', order));
  };
  const { list, handle, rowClass } = useReorder(episodes.length, move);
  const add = () =>
    run(async () => {
      const n = nextNumber(episodes, 'episode_number');
      const { data } = await provider.create<Row>('content', {
        data: {
          title: numberedTitle(t('series.pattern'), n),
          kind: 'episode',
          series: series.id,
          episode_number: n,
          ...(season ? { season: season.id } : {}),
        } as Partial<Row>,
      });
      setCreated(data.id);
    });
  const nameAll = () =>
    run(async () => {
      for (const [i, episode] of episodes.entries()) {
        const title = numberedTitle(pattern, Number(episode.episode_number ?? i + 1));
        if (title !== episode.title) await saveFields(provider, content, episode, { title });
      }
      setNaming(false);
    });
  const heading = season
    ? [t('series.season', { number: Number(season.number) }), season.title].filter(Boolean).join(' · ')
    : t('series.episodes');
  return (
    <Section
      title={heading}
      count={episodes.length}
      action={
        editable && (
          <span className="btn-row">
            {season && (
              <Link
                className="btn btn-quiet btn-small"
                to={`/seasons/${season.id}`}
                aria-label={t('edit.field', { name: heading })}
              >
                <Icon icon={Pencil} />
                {t('edit')}
              </Link>
            )}
            {episodes.length > 1 && (
              <Button kind="quiet" small onClick={() => setNaming(true)}>
                {t('series.name_all')}
              </Button>
            )}
            <Button small icon={Plus} onClick={() => void add()}>
              {t('series.add_episode')}
            </Button>
          </span>
        )
      }
    >
      <ol
        className="rows"
        ref={(node) => {
          list.current = node;
        }}
      >
        {episodes.map((episode, i) => (
          <EpisodeRow
            key={episode.id}
            episode={episode}
            editable={editable}
            className={rowClass(i)}
            handle={handle(i)}
            autoFocus={episode.id === created}
            onRename={(title) => void run(() => saveFields(provider, content, episode, { title }))}
          />
        ))}
      </ol>
      {episodes.length === 0 && <p className="muted quiet-line">{t('series.no_episodes')}</p>}
      <p className="sr" role="status">
        {announcement}
      </p>
      <Dialog open={naming} title={t('series.name_all')} onClose={() => setNaming(false)}>
        <form
          onSubmit={(e) => {
            e.preventDefault();
            void nameAll();
          }}
        >
          <div className="dialog-body">
            <label className="field">
              <span className="field-label">{t('series.pattern_label')}</span>
              <input
                className="control"
                value={pattern}
                maxLength={200}
                onChange={(e) => setPattern(e.target.value)}
                required
              />
              <span className="field-help">
                {t('series.pattern_help', { first: numberedTitle(pattern, 1), second: numberedTitle(pattern, 2) })}
              </span>
            </label>
          </div>
          <footer className="dialog-foot">
            <Button onClick={() => setNaming(false)}>{t('cancel')}</Button>
            <Button kind="primary" type="submit">
              {t('series.name_all')}
            </Button>
          </footer>
        </form>
      </Dialog>
    </Section>
  );
}
