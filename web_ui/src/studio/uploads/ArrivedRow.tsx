/** A file that has arrived: a title being made, with its picture, progress, name and next action. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useDataProvider, useGetOne, useNotify } from 'react-admin';
import { Link } from 'react-router-dom';
import type { StudioProvider } from '../api/dataProvider';
import { get } from '../api/http';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { errorOf, progressOf, stageLabel } from '../media/mediaState';
import { useSchema } from '../SchemaContext';
import { formatPercent, formatSize } from '../ui/format';
import { X } from '../ui/lucide';
import { Button, IconButton, Progress, StatusBadge } from '../ui/components';
import { pictureOf, Picture } from '../ui/Picture';
import { filmState, mainMedia, TONES } from '../workbench/filmState';
import { SavedMark, useSavedMark } from '../workbench/InlineField';
import { useSave, useShowChanged } from '../workbench/useSave';

const POLL_MS = 700;

function TitleInput({ film }: { film: Row }) {
  const t = useT();
  const notify = useNotify();
  const save = useSave(useSchema().find('content')!);
  const [title, setTitle] = useState(String(film.title));
  const [saved, markSaved] = useSavedMark();
  const stored = String(film.title);
  useEffect(() => setTitle(stored), [stored]);
  const leave = async () => {
    if (title.trim() === stored) return;
    try {
      await save(film, { title: title.trim() });
      markSaved();
    } catch (error) {
      notify((error as Error).message, { type: 'error' });
    }
  };
  return (
    <span className="arrived-title">
      <input
        className="control"
        value={title}
        aria-label={t('upload.title_of', { name: stored })}
        dir="auto"
        onChange={(e) => setTitle(e.target.value)}
        onBlur={() => void leave()}
        onKeyDown={(e) => {
          if (e.key === 'Enter') void leave();
          if (e.key === 'Escape') setTitle(stored);
        }}
      />
      <SavedMark shown={saved} />
    </span>
  );
}

export interface Arrived {
  name: string;
  size: number;
  libraryName: string;
  /** The address that says what the file has become; null until it is known. */
  mediaUrl: string | null;
}

export function ArrivedRow({ item, onRemove }: { item: Arrived; onRemove: () => void }) {
  const t = useT();
  const notify = useNotify();
  const schema = useSchema();
  const show = useShowChanged();
  const provider = useDataProvider<StudioProvider>();
  const [busy, setBusy] = useState(false);
  const { data: made } = useQuery({
    queryKey: ['arrived', item.mediaUrl],
    enabled: item.mediaUrl !== null,
    queryFn: ({ signal }) => get<{ media: string | null; content: string | null }>(item.mediaUrl!, { signal }),
    refetchInterval: (q) => (q.state.data?.content || q.state.error ? false : POLL_MS),
    retry: false,
  });
  const { data: media } = useGetOne<Row>(
    'media',
    { id: made?.media ?? '' },
    { enabled: Boolean(made?.media) && schema.may('get', 'media'), retry: false },
  );
  const { data: film, refetch } = useGetOne<Row>(
    'content',
    { id: made?.content ?? '' },
    { enabled: Boolean(made?.content) && schema.may('get', 'content'), retry: false },
  );
  const playable = media?.playable === true;
  const mediaState = String(media?.state ?? '');
  useEffect(() => {
    if (film && mediaState) void refetch();
  }, [playable, mediaState]);
  const progress = media ? progressOf(media) : null;
  const error = media ? errorOf(media) : null;
  const resource = schema.find('content');
  const publish = async () => {
    setBusy(true);
    try {
      const row = await provider.runAction('content', film!.id, 'publish', {});
      await show(resource!, row);
      await refetch();
    } catch (problem) {
      notify((problem as Error).message, { type: 'error' });
    } finally {
      setBusy(false);
    }
  };
  const state = film ? filmState(film) : null;
  const name = film ? String(film.title) : item.name;
  // The content is made a moment after the media; those who may not see content open the media.
  const mediaPage = media && !schema.may('get', 'content') ? `/media/${media.id}/show` : null;
  const page = film ? `/content/${film.id}/show` : mediaPage;
  const preparing = progress !== null && !['ready', 'failed'].includes(mediaState);
  return (
    <li className="arrived" data-state="done" data-film={film?.id}>
      <Picture src={(film && pictureOf(film)) || (media && pictureOf(media)) || null} seed={film?.id ?? item.name} />
      <div className="arrived-body">
        {film && resource?.verbs.includes('update') ? (
          <TitleInput film={film} />
        ) : (
          <span className="name" dir="auto">
            {name}
          </span>
        )}
        <span className="muted num">
          {[t('upload.done'), formatSize(item.size), item.libraryName].join(' · ')}
          {preparing && ` · ${stageLabel(progress.stage || mediaState)} ${formatPercent(progress.percent)}`}
        </span>
        {error && <span className="danger">{error.message}</span>}
        {preparing && <Progress percent={progress.percent} label={name} />}
      </div>
      {state && <StatusBadge tone={TONES[state]}>{t(`film.state.${state}`)}</StatusBadge>}
      {film && state === 'draft' && mainMedia(film) && resource?.actions.some((a) => a.name === 'publish') && (
        <Button small busy={busy} onClick={() => void publish()} aria-label={t('upload.publish_name', { name })}>
          {t('upload.publish')}
        </Button>
      )}
      {page && (
        <Link className="btn btn-plain btn-small" to={page} aria-label={t('upload.open_name', { name })}>
          {t('open')}
        </Link>
      )}
      <IconButton label={t('remove_name', { name })} icon={X} onClick={onRemove} />
    </li>
  );
}
