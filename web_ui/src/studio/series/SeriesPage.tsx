/** The page of a series: its description, edited in place, and its seasons with their episodes. */
import { useEffect, useMemo, useState } from 'react';
import { ShowBase, useDataProvider, useGetList, useNotify, useShowContext } from 'react-admin';
import { Link, useNavigate } from 'react-router-dom';
import MenuItem from '@mui/material/MenuItem';
import type { StudioProvider } from '../api/dataProvider';
import { GrantsOf } from '../access/GrantsPanel';
import { ArtworkPanel } from '../artwork/ArtworkPanel';
import { groupFields, recordLabel, type Resource, type Row } from '../api/schema';
import { CreditsEditor } from '../credits/CreditsEditor';
import { useT } from '../i18n';
import { groupTitle, resourcePlural } from '../i18n/labels';
import { LookupDialog } from '../lookup/LookupDialog';
import type { Lookup } from '../lookup/lookup';
import { useLookups } from '../lookup/useLookups';
import { usePageRequests } from '../panel/pageRequests';
import { DeleteDialog, recordRequests } from '../resource/ShowPage';
import { useCurrentResource, useSchema } from '../SchemaContext';
import { Ellipsis, ExternalLink, Pencil, Plus, Search, Trash2 } from '../ui/lucide';
import { MenuButton } from '../ui/MenuButton';
import { pictureOf, Picture } from '../ui/Picture';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Bars, Button, Icon, IconButton, Section } from '../ui/components';
import { InlineFields } from '../workbench/InlineFields';
import { TitleField } from '../workbench/TitleField';
import { SeasonSection } from './SeasonSection';
import { nextNumber, seasonGroups } from './seasons';

const PLACED = new Set(['id', 'artwork', 'credits', 'organization', 'title']);
const MAIN_GROUP = 'Details';
const FOLDED = new Set(['Integration', 'Record']);
/** The API returns at most 200 records at once. */
const MOST = 200;

function SeriesBody({ resource, record }: { resource: Resource; record: Row }) {
  const t = useT();
  const notify = useNotify();
  const navigate = useNavigate();
  const schema = useSchema();
  const provider = useDataProvider<StudioProvider>();
  const [deleting, setDeleting] = useState(false);
  const [lookup, setLookup] = useState<Lookup | null>(null);
  const lookups = useLookups();
  usePageRequests(recordRequests(resource, record.id));
  const list = (sort: string, of: string) => ({
    filter: { [of]: record.id },
    pagination: { page: 1, perPage: MOST },
    sort: { field: sort, order: 'ASC' as const },
    meta: { plain: true },
  });
  const seasons = useGetList<Row>('seasons', list('number', 'series'), { retry: false });
  const episodes = useGetList<Row>('content', list('episode_number', 'series'), { retry: false });
  const groups = useMemo(
    () =>
      seasonGroups(
        seasons.data ?? [],
        (episodes.data ?? []).filter((e) => e.kind !== 'trailer'),
      ),
    [seasons.data, episodes.data],
  );
  const content = schema.find('content')!;
  const editable = content.verbs.includes('update') && content.verbs.includes('create');
  const mayAddSeason = schema.may('create', 'seasons');
  const run = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      notify((error as Error).message, { type: 'error' });
    }
    await Promise.all([seasons.refetch(), episodes.refetch()]);
  };
  const addSeason = () =>
    run(() =>
      provider.create('seasons', {
        data: { series: record.id, number: nextNumber(seasons.data ?? [], 'number') } as Partial<Row>,
      }),
    );
  const fields = resource.fields.filter((f) => !f.write_only && !PLACED.has(f.name));
  const fieldGroups = groupFields(fields);
  return (
    <div className="film-page">
      <header className="page-head">
        <div className="page-title">
          <Link className="up" to={`/${resource.plural}`}>
            {resourcePlural(resource)}
          </Link>
          <TitleField resource={resource} record={record} />
        </div>
        <div className="page-actions">
          <a
            className="btn btn-quiet"
            href={`/series/${encodeURIComponent(String(record.slug || record.id))}`}
            target="_blank"
            rel="noopener"
          >
            <Icon icon={ExternalLink} />
            {t('film.view')}
          </a>
          {mayAddSeason && (
            <Button kind="primary" icon={Plus} onClick={() => void addSeason()}>
              {t('series.add_season')}
            </Button>
          )}
          <MenuButton trigger={(props) => <IconButton label={t('film.more')} icon={Ellipsis} {...props} />}>
            {(close) => [
              resource.verbs.includes('update') && (
                <MenuItem key="edit" onClick={() => navigate(`/${resource.plural}/${record.id}`)}>
                  <Icon icon={Pencil} />
                  {t('film.all_fields')}
                </MenuItem>
              ),
              ...lookups.map((l) => (
                <MenuItem
                  key={l.name}
                  onClick={() => {
                    close();
                    setLookup(l);
                  }}
                >
                  <Icon icon={Search} />
                  {t('lookup.menu', { name: l.label })}
                </MenuItem>
              )),
              resource.verbs.includes('delete') && (
                <MenuItem
                  key="delete"
                  onClick={() => {
                    close();
                    setDeleting(true);
                  }}
                >
                  <Icon icon={Trash2} />
                  {t('delete')}
                </MenuItem>
              ),
            ]}
          </MenuButton>
        </div>
      </header>
      <div className="series-top">
        <Picture src={pictureOf(record, 'poster')} seed={record.id} shape="poster" />
        <div className="stack">
          {fieldGroups
            .filter(([group]) => group === MAIN_GROUP)
            .map(([group, members]) => (
              <InlineFields key={group} fields={members} resource={resource} record={record} />
            ))}
        </div>
      </div>
      <div className="stack wide-gap film-sections">
        {groups.map((group) => (
          <SeasonSection
            key={group.season?.id ?? ''}
            series={record}
            group={group}
            content={content}
            editable={editable}
            run={run}
          />
        ))}
        <CreditsEditor owner="series" record={record} />
        <ArtworkPanel resource={resource} record={record} />
        <GrantsOf plural={resource.plural} record={record} />
        {fieldGroups
          .filter(([group]) => group !== MAIN_GROUP && !FOLDED.has(group))
          .map(([group, members]) => (
            <Section key={group} title={groupTitle(group)}>
              <InlineFields fields={members} resource={resource} record={record} />
            </Section>
          ))}
        <details className="more-fields">
          <summary>{t('film.reference')}</summary>
          {fieldGroups
            .filter(([group]) => FOLDED.has(group))
            .map(([group, members]) => (
              <InlineFields key={group} fields={members} resource={resource} record={record} />
            ))}
          <p className="muted film-id">
            {t('film.id')} <code className="mono">{record.id}</code>
          </p>
        </details>
      </div>
      {lookup && (
        <LookupDialog
          lookup={lookup}
          kind="series"
          resource={resource}
          record={record}
          onClose={() => setLookup(null)}
        />
      )}
      <DeleteDialog resource={resource} record={record} open={deleting} onClose={() => setDeleting(false)} />
    </div>
  );
}

function Body() {
  const t = useT();
  const resource = useCurrentResource();
  const { record, isPending, error, refetch } = useShowContext<Row>();
  const title = record ? recordLabel(resource, record) : '';
  useEffect(() => {
    document.title = title ? `${title} · OTNet` : 'OTNet';
  }, [title]);
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (isPending || !record)
    return (
      <div className="waiting" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </div>
    );
  return <SeriesBody resource={resource} record={record} />;
}

export function SeriesPage() {
  return (
    <ShowBase queryOptions={{ retry: false }}>
      <Body />
    </ShowBase>
  );
}
