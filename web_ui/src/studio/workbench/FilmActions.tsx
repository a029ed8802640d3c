/** The next action of a title as the one primary button; everything else is quieter. */
import MenuItem from '@mui/material/MenuItem';
import { useRef, useState } from 'react';
import { useDataProvider, useNotify, useRefresh } from 'react-admin';
import { useNavigate } from 'react-router-dom';
import type { StudioProvider } from '../api/dataProvider';
import type { Action, Resource, Row } from '../api/schema';
import { useT } from '../i18n';
import { actionLabel } from '../i18n/labels';
import { ActionDialog } from '../resource/ActionDialog';
import { LookupDialog } from '../lookup/LookupDialog';
import type { Lookup } from '../lookup/lookup';
import { useLookups } from '../lookup/useLookups';
import { DeleteDialog } from '../resource/ShowPage';
import { useSchema } from '../SchemaContext';
import { Ellipsis, ExternalLink, Eye, Pencil, RotateCcw, Search, Share2, Trash2, Upload } from '../ui/lucide';
import { Button, Icon, IconButton } from '../ui/components';
import { MenuButton } from '../ui/MenuButton';
import { libraryName, useLibrary } from '../uploads/UploadsPage';
import { uploadQueue } from '../uploads/uploadQueue';
import { ShareDialog } from '../share/ShareDialog';
import { PlayAsDialog } from '../protection/PlayAsDialog';
import { mainMedia, nextAction } from './filmState';
import { titleUrl } from './titleUrl';

/** Chooses a file that is uploaded for this title. */
export function useChooseFile(record: Row) {
  const { library } = useLibrary();
  const input = useRef<HTMLInputElement>(null);
  const element = (
    <input
      ref={input}
      type="file"
      hidden
      data-testid="film-file"
      onChange={(e) => {
        const files = [...(e.target.files ?? [])];
        if (library) uploadQueue.add(files, { id: library.id, name: libraryName(library) }, record.id);
        e.target.value = '';
      }}
    />
  );
  return { element, choose: () => input.current?.click(), available: library !== undefined };
}

export function FilmActions({ resource, record }: { resource: Resource; record: Row }) {
  const t = useT();
  const notify = useNotify();
  const refresh = useRefresh();
  const navigate = useNavigate();
  const schema = useSchema();
  const provider = useDataProvider<StudioProvider>();
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState<Action | null>(null);
  const [deleting, setDeleting] = useState(false);
  const [sharing, setSharing] = useState(false);
  const [playingAs, setPlayingAs] = useState(false);
  const [lookup, setLookup] = useState<Lookup | null>(null);
  const lookupNames = useLookups();
  const file = useChooseFile(record);
  const action = (name: string) => resource.actions.find((a) => a.name === name);
  const run = async (plural: string, id: string, name: string, done: string) => {
    setBusy(true);
    try {
      await provider.runAction(plural, id, name, {});
      notify(done);
      refresh();
    } catch (error) {
      notify((error as Error).message, { type: 'error' });
    } finally {
      setBusy(false);
    }
  };
  const next = nextAction(record);
  const publish = action('publish');
  const unpublish = action('unpublish');
  const schedule = action('schedule');
  const canUpload = schema.may('update', 'media') && file.available;
  const primary = () => {
    if (next === 'upload' && canUpload)
      return (
        <Button kind="primary" icon={Upload} onClick={file.choose}>
          {t('film.upload')}
        </Button>
      );
    if (next === 'retry' && schema.find('media')?.actions.some((a) => a.name === 'retry'))
      return (
        <Button
          kind="primary"
          icon={RotateCcw}
          busy={busy}
          onClick={() => void run('media', mainMedia(record)!.id, 'retry', t('media.retried'))}
        >
          {t('try_again')}
        </Button>
      );
    if (next === 'publish' && publish)
      return (
        <Button
          kind="primary"
          busy={busy}
          data-testid="action-publish"
          onClick={() => void run(resource.plural, record.id, 'publish', t('film.published'))}
        >
          {actionLabel(publish, resource)}
        </Button>
      );
    if (next === 'schedule' && schedule)
      return (
        <Button kind="primary" onClick={() => setOpen(schedule)}>
          {actionLabel(schedule, resource)}
        </Button>
      );
    return (
      <a className="btn btn-primary" href={titleUrl(record)} target="_blank" rel="noopener">
        <Icon icon={ExternalLink} />
        {t('film.view')}
      </a>
    );
  };
  return (
    <>
      <Button kind="quiet" icon={Eye} onClick={() => setPlayingAs(true)}>
        {t('film.as_viewer')}
      </Button>
      <Button icon={Share2} onClick={() => setSharing(true)}>
        {t('share.title')}
      </Button>
      {primary()}
      <MenuButton trigger={(props) => <IconButton label={t('film.more')} icon={Ellipsis} {...props} />}>
        {(close) => {
          const item = (key: string, label: string, icon: typeof Pencil, onClick: () => void) => (
            <MenuItem
              key={key}
              onClick={() => {
                close();
                onClick();
              }}
            >
              <Icon icon={icon} />
              {label}
            </MenuItem>
          );
          return [
            publish && next !== 'publish' && record.status !== 'published' && (
              <MenuItem
                key="publish"
                onClick={() => {
                  close();
                  void run(resource.plural, record.id, 'publish', t('film.published'));
                }}
              >
                <Icon icon={Eye} />
                {actionLabel(publish, resource)}
              </MenuItem>
            ),
            schedule && item('schedule', actionLabel(schedule, resource), Eye, () => setOpen(schedule)),
            unpublish &&
              record.status === 'published' &&
              item(
                'unpublish',
                actionLabel(unpublish, resource),
                Eye,
                () => void run(resource.plural, record.id, 'unpublish', t('film.unpublished')),
              ),
            ...lookupNames.map((lookup) =>
              item(`lookup ${lookup.name}`, t('lookup.menu', { name: lookup.label }), Search, () => setLookup(lookup)),
            ),
            canUpload && next !== 'upload' && item('replace', t('film.replace'), Upload, file.choose),
            resource.verbs.includes('update') &&
              item('edit', t('film.all_fields'), Pencil, () => navigate(`/${resource.plural}/${record.id}`)),
            resource.verbs.includes('delete') && item('delete', t('delete'), Trash2, () => setDeleting(true)),
          ];
        }}
      </MenuButton>
      {file.element}
      {open && (
        <ActionDialog
          action={open}
          resource={resource}
          onClose={() => setOpen(null)}
          onRun={async (values) => {
            await provider.runAction(resource.plural, record.id, open.name, values);
            setOpen(null);
            refresh();
          }}
        />
      )}
      <DeleteDialog resource={resource} record={record} open={deleting} onClose={() => setDeleting(false)} />
      {lookup && (
        <LookupDialog lookup={lookup} kind="film" resource={resource} record={record} onClose={() => setLookup(null)} />
      )}
      {playingAs && <PlayAsDialog record={record} onClose={() => setPlayingAs(false)} />}
      {sharing && <ShareDialog resource={resource} record={record} onClose={() => setSharing(false)} />}
    </>
  );
}
