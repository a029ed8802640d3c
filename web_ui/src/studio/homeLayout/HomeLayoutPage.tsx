/** The home page of the site: its featured titles and rows, edited beside a preview. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useNotify } from 'react-admin';
import { Problem } from '../../../shared/problem';
import { post } from '../api/http';
import { explained } from '../api/problem';
import { useT } from '../i18n';
import { usePageRequests } from '../panel/pageRequests';
import { PageHead } from '../resource/PageHead';
import { Bars, Button, Icon, Section, StatusBadge } from '../ui/components';
import { Dialog } from '../ui/Dialog';
import { ExternalLink } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import { RadioGroup } from '../ui/RadioGroup';
import { AddRow } from './AddRow';
import { type Draft, isSameLayout, layoutOf, MAX_HERO_TITLES, standardDraft } from './layout';
import { LayoutPreview } from './LayoutPreview';
import { RowEditor } from './RowEditor';
import { TitleList } from './TitleList';
import { HOME_LAYOUT, useHomeLayout, type LayoutEditing } from './useHomeLayout';

const PREVIEW_DELAY_MS = 250;
const HERO_MODES = ['automatic', 'chosen'] as const;

/** The home page that the draft would make, shortly after the last change. */
function usePreview(draft: Draft): { home: unknown; empty: number[]; error: unknown } {
  const text = JSON.stringify(layoutOf(draft));
  const [body, setBody] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setBody(text), PREVIEW_DELAY_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  const { data, error } = useQuery({
    queryKey: ['home_layout', 'preview', body],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      post<{ home: unknown; empty: number[] }>(`${HOME_LAYOUT}/preview`, JSON.parse(body), { signal }),
  });
  return { home: data?.home ?? null, empty: body === text ? (data?.empty ?? []) : [], error };
}

function HeroEditor({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const t = useT();
  const [choosing, setChoosing] = useState(false);
  const mode = choosing || draft.hero.length > 0 ? 'chosen' : 'automatic';
  return (
    <Section
      title={t('layout.hero')}
      action={
        <RadioGroup
          label={t('layout.hero')}
          values={HERO_MODES}
          value={mode}
          optionLabel={(value) => t(`layout.hero.${value}`)}
          onChange={(value) => {
            setChoosing(value === 'chosen');
            if (value === 'automatic') onChange({ ...draft, hero: [] });
          }}
        />
      }
    >
      {mode === 'automatic' ? (
        <p className="muted quiet-line">{t('layout.hero.automatic_why')}</p>
      ) : (
        <TitleList
          ids={draft.hero}
          max={MAX_HERO_TITLES}
          label={t('layout.hero')}
          onChange={(hero) => onChange({ ...draft, hero })}
        />
      )}
    </Section>
  );
}

function Editor({ draft, editing }: { draft: Draft; editing: LayoutEditing }) {
  const t = useT();
  const notify = useNotify();
  const { change } = editing;
  const preview = usePreview(draft);
  const [open, setOpen] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const [conflict, setConflict] = useState(false);
  const save = async (overwrite = false) => {
    setConflict(false);
    setSaving(true);
    try {
      await editing.save(overwrite);
      notify(t('layout.saved'));
    } catch (error) {
      if (error instanceof Problem && error.status === 412) setConflict(true);
      else notify(explained(error), { type: 'error' });
    } finally {
      setSaving(false);
    }
  };
  return (
    <div className="layout-page">
      <PageHead
        title={t('layout.page')}
        meta={
          editing.changed && (
            <span className="page-meta">
              <StatusBadge tone="waiting">{t('layout.unsaved')}</StatusBadge>
            </span>
          )
        }
      >
        <a className="btn btn-quiet" href="/" target="_blank" rel="noopener">
          <Icon icon={ExternalLink} />
          {t('film.view')}
        </a>
        {!isSameLayout(layoutOf(draft), layoutOf(standardDraft())) && (
          <Button onClick={() => change(standardDraft())}>{t('layout.standard')}</Button>
        )}
        <Button onClick={editing.discard} disabled={!editing.changed}>
          {t('layout.discard')}
        </Button>
        <Button kind="primary" onClick={() => void save()} disabled={!editing.changed} busy={saving}>
          {t('layout.save')}
        </Button>
      </PageHead>
      <div className="layout-columns">
        <div className="stack wide-gap">
          <HeroEditor draft={draft} onChange={change} />
          <Section title={t('layout.rows')} count={draft.rows.length}>
            <RowEditor draft={draft} empty={preview.empty} open={open} onOpen={setOpen} onChange={change} />
            <AddRow
              rows={draft.rows}
              onAdd={(row) => {
                change({ ...draft, rows: [...draft.rows, row] });
                if (row.kind === 'titles') setOpen(row.key);
              }}
            />
          </Section>
          {preview.error !== null && <ProblemNotice error={preview.error} />}
        </div>
        <LayoutPreview home={preview.home} />
      </div>
      <Dialog open={conflict} title={t('conflict.title')} onClose={() => setConflict(false)}>
        <div className="dialog-body">
          <p>{t('conflict.why', { name: t('layout.page') })}</p>
        </div>
        <footer className="dialog-foot">
          <Button
            onClick={() => {
              setConflict(false);
              editing.discard();
            }}
          >
            {t('conflict.reload')}
          </Button>
          <Button kind="primary" onClick={() => void save(true)}>
            {t('conflict.overwrite')}
          </Button>
        </footer>
      </Dialog>
    </div>
  );
}

export function HomeLayoutPage() {
  const t = useT();
  const editing = useHomeLayout();
  usePageRequests([{ name: 'panel.get', method: 'GET', url: HOME_LAYOUT }]);
  if (editing.error) return <ProblemNotice error={editing.error} retry={editing.refetch} />;
  if (!editing.draft)
    return (
      <div className="waiting" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </div>
    );
  return <Editor draft={editing.draft} editing={editing} />;
}
