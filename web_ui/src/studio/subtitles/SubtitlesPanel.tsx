/** Subtitles and soundtracks of a title. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useNotify } from 'react-admin';
import type { Row } from '../api/schema';
import { LANGUAGE_TAGS } from '../fields/language/tags';
import { useT } from '../i18n';
import { useSchema } from '../SchemaContext';
import { Dialog } from '../ui/Dialog';
import { channels, codec, languageName } from '../ui/format';
import { AudioLines, Captions, Clock, Eye, Pencil, RefreshCw, Trash2, TriangleAlert, Upload } from '../ui/lucide';
import { Bars, Button, Icon, IconButton, Section, StatusBadge } from '../ui/components';
import { tracksOf } from '../workbench/TechnicalFacts';
import { SubtitleDialog } from './SubtitleDialog';
import {
  cuesOf,
  languageOfName,
  rolesOfName,
  SUBTITLE_FILES,
  subtitles,
  TEXT_ROLES,
  type Description,
  type Subtitle,
} from './subtitles';

const SHOWN_CUES = 200;
const POLL_MS = 2000;

function CuesDialog({ subtitle, name, onClose }: { subtitle: Subtitle; name: string; onClose: () => void }) {
  const t = useT();
  const { data, isPending } = useQuery({
    queryKey: ['cues', subtitle.url],
    queryFn: async ({ signal }) => {
      const response = await fetch(subtitle.url!, { signal });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return cuesOf(await response.text(), SHOWN_CUES);
    },
    retry: false,
  });
  return (
    <Dialog open title={name} onClose={onClose} width="md">
      <div className="dialog-body">
        {isPending && <Bars className="bars-wide loading" />}
        {!isPending && !data && <p className="danger">{t('subtitles.no_preview')}</p>}
        <ol className="cues" tabIndex={0} aria-label={name} lang={subtitle.language}>
          {data?.map((cue, i) => (
            <li key={i}>
              <span className="num muted">{cue.start}</span>
              <span dir="auto">{cue.text}</span>
            </li>
          ))}
        </ol>
      </div>
    </Dialog>
  );
}

type Open =
  | { kind: 'new'; file: File; start: Description }
  | { kind: 'change'; item: Subtitle }
  | { kind: 'preview'; item: Subtitle }
  | { kind: 'delete'; item: Subtitle };

export function SubtitlesPanel({ media, language }: { media: Row; language: unknown }) {
  const t = useT();
  const notify = useNotify();
  const client = useQueryClient();
  const newFile = useRef<HTMLInputElement>(null);
  const otherFile = useRef<HTMLInputElement>(null);
  const replaced = useRef<string>('');
  const [open, setOpen] = useState<Open | null>(null);
  const editable = useSchema().may('update', 'media');
  const query = useQuery({
    queryKey: ['subtitles', media.id],
    queryFn: ({ signal }) => subtitles.list(media.id, signal),
    retry: false,
    refetchInterval: (q) => (q.state.data?.some((item) => item.state === 'waiting') ? POLL_MS : false),
  });
  const items = query.data ?? [];
  const { audio, text } = tracksOf(media);
  // Files are also added and removed in the library.
  const known = text.map((track) => track.name).join();
  useEffect(() => void client.invalidateQueries({ queryKey: ['subtitles', media.id] }), [known]);
  const roleWord = (role: string) =>
    (TEXT_ROLES as readonly string[]).includes(role) || role in AUDIO_ROLES
      ? t(`subtitles.role.${role}` as never)
      : role;
  const nameOf = (item: { language: string; roles: string[]; title?: string }) =>
    [languageName(item.language), ...item.roles.map(roleWord)].join(' · ');
  const change = async (work: () => Promise<unknown>) => {
    await work();
    setOpen(null);
    await client.invalidateQueries({ queryKey: ['subtitles', media.id] });
    void client.invalidateQueries({ queryKey: ['media', 'getOne'] });
    void client.invalidateQueries({ queryKey: ['audit_entries'] });
  };
  const orNotify = (work: () => Promise<unknown>) =>
    void change(work).catch((error: Error) => notify(error.message, { type: 'error' }));
  return (
    <Section
      title={t('subtitles.title')}
      id="subtitles"
      action={
        editable && (
          <Button small icon={Upload} onClick={() => newFile.current?.click()}>
            {t('subtitles.add')}
          </Button>
        )
      }
    >
      <ul className="rows track-rows">
        {items.map((item) => (
          <li key={item.id} data-state={item.state}>
            <Icon icon={Captions} />
            <span className="grow track-name">
              <span>{nameOf(item)}</span>
              <span className="muted">
                {[item.default ? t('subtitles.is_default') : '', item.title, item.file ?? t('subtitles.inside')]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
              {item.error && <span className="danger">{item.error}</span>}
            </span>
            {item.state !== 'ready' && (
              <StatusBadge
                tone={item.state === 'failed' ? 'danger' : 'waiting'}
                icon={item.state === 'failed' ? TriangleAlert : Clock}
              >
                {t(`subtitles.state.${item.state}`)}
              </StatusBadge>
            )}
            {item.url && (
              <IconButton
                label={t('subtitles.preview', { name: nameOf(item) })}
                icon={Eye}
                onClick={() => setOpen({ kind: 'preview', item })}
              />
            )}
            {editable && item.source === 'file' && (
              <>
                <IconButton
                  label={t('subtitles.change', { name: nameOf(item) })}
                  icon={Pencil}
                  onClick={() => setOpen({ kind: 'change', item })}
                />
                <IconButton
                  label={t('subtitles.replace', { name: nameOf(item) })}
                  icon={RefreshCw}
                  onClick={() => {
                    replaced.current = item.id;
                    otherFile.current?.click();
                  }}
                />
                <IconButton
                  label={t('subtitles.delete', { name: nameOf(item) })}
                  icon={Trash2}
                  onClick={() => setOpen({ kind: 'delete', item })}
                />
              </>
            )}
          </li>
        ))}
        {audio.map((track) => (
          <li key={track.name}>
            <Icon icon={AudioLines} />
            <span className="grow track-name">
              <span>{nameOf(track)}</span>
              <span className="muted">{[codec(track.codec), channels(track.channels)].join(' · ')}</span>
            </span>
            <span className="muted">{t('subtitles.sound')}</span>
          </li>
        ))}
      </ul>
      {query.error && <p className="muted quiet-line">{query.error.message}</p>}
      {items.length === 0 && !query.error && !query.isPending && (
        <p className="muted quiet-line">{t('subtitles.none')}</p>
      )}
      <input
        ref={newFile}
        type="file"
        accept={SUBTITLE_FILES}
        hidden
        data-testid="subtitle-file"
        onChange={(e) => {
          const file = e.target.files?.[0];
          e.target.value = '';
          if (!file) return;
          const fallback = typeof language === 'string' ? language : 'und';
          const codes = LANGUAGE_TAGS.map((tag) => tag.split('-')[0]!);
          const start = {
            language: languageOfName(file.name, codes, fallback),
            roles: rolesOfName(file.name),
            default: false,
          };
          setOpen({ kind: 'new', file, start });
        }}
      />
      <input
        ref={otherFile}
        type="file"
        accept={SUBTITLE_FILES}
        hidden
        data-testid="subtitle-replacement"
        onChange={(e) => {
          const file = e.target.files?.[0];
          e.target.value = '';
          if (file) orNotify(() => subtitles.replace(media.id, replaced.current, file));
        }}
      />
      {open?.kind === 'new' && (
        <SubtitleDialog
          title={open.file.name}
          start={open.start}
          onClose={() => setOpen(null)}
          onSave={(d) => change(() => subtitles.add(media.id, open.file, d))}
        />
      )}
      {open?.kind === 'change' && (
        <SubtitleDialog
          title={nameOf(open.item)}
          start={open.item}
          onClose={() => setOpen(null)}
          onSave={({ language: tag, roles, default: isDefault }) =>
            change(() => subtitles.change(media.id, open.item.id, { language: tag, roles, default: isDefault }))
          }
        />
      )}
      {open?.kind === 'preview' && (
        <CuesDialog subtitle={open.item} name={nameOf(open.item)} onClose={() => setOpen(null)} />
      )}
      <Dialog open={open?.kind === 'delete'} title={t('subtitles.delete_title')} onClose={() => setOpen(null)}>
        <div className="dialog-body">
          <p>{open?.kind === 'delete' ? t('subtitles.delete_why', { file: open.item.file ?? '' }) : ''}</p>
        </div>
        <footer className="dialog-foot">
          <Button onClick={() => setOpen(null)}>{t('cancel')}</Button>
          <Button
            kind="danger"
            onClick={() => open?.kind === 'delete' && orNotify(() => subtitles.remove(media.id, open.item.id))}
          >
            {t('delete')}
          </Button>
        </footer>
      </Dialog>
    </Section>
  );
}

/** Roles that only soundtracks have. */
const AUDIO_ROLES: Record<string, true> = { description: true, original: true, dub: true };
