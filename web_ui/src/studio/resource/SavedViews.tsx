/** Saved views of a list: filters, sort order and layout under a name, for the user on every device. */
import MenuItem from '@mui/material/MenuItem';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useListContext, useNotify, useStore } from 'react-admin';
import { useNavigate } from 'react-router-dom';
import { get, post, request } from '../api/http';
import type { Resource } from '../api/schema';
import { FormProblem, TextField, useSubmit } from '../auth/form';
import { useT } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { MenuButton } from '../ui/MenuButton';
import { Bookmark, Check, Plus, Trash2 } from '../ui/lucide';
import { Button, Icon, IconButton } from '../ui/components';
import { layoutKey, type Layout } from './layout';
import { listSearch, readView, withLayout, type View } from './views';

const VIEWS = '/api/v1/dashboard/views';

function SaveDialog({ save, onClose }: { save: (name: string) => Promise<void>; onClose: () => void }) {
  const t = useT();
  const { busy, problem, submit, fieldError } = useSubmit(async ({ name = '' }) => {
    await save(name.trim());
    onClose();
  });
  return (
    <Dialog open title={t('views.save')} onClose={onClose}>
      <form onSubmit={(e) => void submit(e)}>
        <div className="dialog-body stack">
          <FormProblem problem={problem} text={problem?.errors.length ? t('form.check') : null} />
          <TextField
            name="name"
            label={t('views.name')}
            help={t('views.why')}
            maxLength={80}
            required
            autoFocus
            error={fieldError('name')}
          />
        </div>
        <footer className="dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {t('views.save')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

export function SavedViews({ resource }: { resource: Resource }) {
  const t = useT();
  const notify = useNotify();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { filterValues, sort } = useListContext();
  const [layout, setLayout] = useStore<Layout>(layoutKey(resource), 'table');
  const [saving, setSaving] = useState(false);
  const { data } = useQuery({
    queryKey: ['views'],
    queryFn: ({ signal }) => get<{ items: View[] }>(VIEWS, { signal }),
    staleTime: 60_000,
  });
  const views = (data?.items ?? []).filter((v) => v.resource === resource.plural);
  const query = withLayout(listSearch(filterValues as object, sort), layout);
  const shown = views.filter((v) => v.query === query);
  const reload = () => client.invalidateQueries({ queryKey: ['views'] });
  const save = async (name: string) => {
    await post(VIEWS, { resource: resource.plural, name, query });
    notify(t('views.saved'));
    await reload();
  };
  const open = (view: View) => {
    const stored = readView(view.query);
    setLayout(stored.layout);
    navigate(`/${resource.plural}?${stored.search}`);
  };
  const remove = (view: View) =>
    void request('DELETE', `${VIEWS}/${view.id}`).then(
      () => {
        notify(t('views.deleted', { name: view.name }));
        void reload();
      },
      (problem: Error) => notify(problem.message, { type: 'error' }),
    );
  return (
    <>
      <MenuButton trigger={(props) => <IconButton label={t('views.title')} icon={Bookmark} {...props} />}>
        {(close) => {
          const item = (key: string, icon: typeof Check, text: string, run: () => void) => (
            <MenuItem
              key={key}
              onClick={() => {
                close();
                run();
              }}
            >
              <Icon icon={icon} />
              <span className="view-name">{text}</span>
            </MenuItem>
          );
          return [
            ...views.map((v) => item(v.id, shown.includes(v) ? Check : Bookmark, v.name, () => open(v))),
            ...shown.map((v) => item(`delete ${v.id}`, Trash2, t('views.delete', { name: v.name }), () => remove(v))),
            item('save', Plus, t('views.save'), () => setSaving(true)),
          ];
        }}
      </MenuButton>
      {saving && <SaveDialog save={save} onClose={() => setSaving(false)} />}
    </>
  );
}
