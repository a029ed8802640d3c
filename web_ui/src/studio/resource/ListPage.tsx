/** The list page of any resource. */
import { useEffect } from 'react';
import { ListBase, useListContext, useStore } from 'react-admin';
import { parseSort } from '../api/query';
import { useLastListUrl } from '../api/lastListUrl';
import type { Resource } from '../api/schema';
import { useT } from '../i18n';
import { inSentence, resourceDoc, resourcePlural, resourceTitle } from '../i18n/labels';
import { MailTools } from '../mail/MailTools';
import { TemplatesButton } from '../policies/Templates';
import { usePageRequests } from '../panel/pageRequests';
import { useCurrentResource } from '../SchemaContext';
import { FileUp, LayoutGrid, Plus, Rows3, Upload } from '../ui/lucide';
import { Bars, Button, Empty, IconButton, LinkButton } from '../ui/components';
import { ProblemNotice } from '../ui/ProblemNotice';
import { StarterSet } from '../taxonomies/StarterSet';
import { standardNames } from '../taxonomies/standardNames';
import { BulkBar } from './BulkBar';
import { ColumnsMenu } from './ColumnsMenu';
import { ExportButton } from './ExportButton';
import { FilterBar } from './FilterBar';
import { hasPosters, layoutKey, type Layout } from './layout';
import { PageHead } from './PageHead';
import { Pagination } from './Pagination';
import { PosterGrid } from './PosterGrid';
import { SavedViews } from './SavedViews';
import { Table } from './Table';

function ListBody({ resource }: { resource: Resource }) {
  const t = useT();
  const list = useListContext();
  const { data, isPending, error, refetch, filterValues, setFilters, page, perPage, sort, onUnselectItems } = list;
  // Only records that are seen are selected: a selection ends with another page, order or filter, and the list.
  const shown = JSON.stringify([page, perPage, sort, filterValues]);
  useEffect(() => onUnselectItems(), [shown]);
  const [layout] = useStore<Layout>(layoutKey(resource), 'table');
  const create = resource.verbs.includes('create');
  const selectable =
    resource.verbs.includes('delete') || resource.verbs.includes('update') || resource.actions.some((a) => a.bulk);
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (isPending || !data)
    return (
      <div className="waiting" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </div>
    );
  if (data.length > 0)
    return (
      <>
        {layout === 'grid' && hasPosters(resource) ? (
          <PosterGrid resource={resource} selectable={selectable} />
        ) : (
          <Table resource={resource} selectable={selectable} />
        )}
        <Pagination />
      </>
    );
  if (Object.keys(filterValues as object).length > 0)
    return (
      <Empty
        title={t('list.nothing_found')}
        action={<Button onClick={() => setFilters({})}>{t('list.clear_filters')}</Button>}
      >
        {t('list.nothing_found_why')}
      </Empty>
    );
  const action =
    resource.name === 'media' ? (
      <LinkButton kind="primary" to="/uploads" icon={Upload}>
        {t('uploads.first')}
      </LinkButton>
    ) : standardNames(resource.plural, 'en').length > 0 ? (
      <StarterSet resource={resource} />
    ) : create ? (
      <LinkButton kind="primary" to={`/${resource.plural}/create`} icon={Plus}>
        {t('list.create_first', { name: inSentence(resourceTitle(resource)) })}
      </LinkButton>
    ) : undefined;
  return (
    <Empty title={t('list.empty', { name: inSentence(resourcePlural(resource)) })} action={action}>
      {resourceDoc(resource)}
    </Empty>
  );
}

/** Whether there is nothing to search, filter or export. */
function useIsEmpty(): boolean {
  const { data, isPending, error, filterValues, page } = useListContext();
  return !isPending && !error && data?.length === 0 && page === 1 && Object.keys(filterValues as object).length === 0;
}

function Filters({ resource }: { resource: Resource }) {
  return useIsEmpty() ? null : <FilterBar resource={resource} />;
}

function ListHeader({ resource }: { resource: Resource }) {
  const t = useT();
  const url = useLastListUrl(resource.plural);
  const empty = useIsEmpty();
  const [layout, setLayout] = useStore<Layout>(layoutKey(resource), 'table');
  const grid = layout === 'grid' && hasPosters(resource);
  usePageRequests([
    { name: 'panel.list', method: 'GET', url: url ?? `${resource.path}?limit=25` },
    ...(resource.verbs.includes('create')
      ? [
          {
            name: 'panel.create' as const,
            method: 'POST' as const,
            url: resource.path,
            body: Object.fromEntries(
              resource.fields
                .filter((f) => f.required && !f.read_only)
                .map((f) => [f.name, f.options?.[0]?.value ?? '']),
            ),
          },
        ]
      : []),
  ]);
  return (
    <PageHead title={resourcePlural(resource)}>
      {!empty && (
        <>
          {hasPosters(resource) && (
            <IconButton
              label={t(grid ? 'list.as_table' : 'list.as_grid')}
              icon={grid ? Rows3 : LayoutGrid}
              onClick={() => setLayout(grid ? 'table' : 'grid')}
            />
          )}
          <SavedViews resource={resource} />
          <ExportButton resource={resource} />
          {!grid && <ColumnsMenu resource={resource} />}
        </>
      )}
      {resource.name === 'media' && (
        <LinkButton kind="primary" to="/uploads" icon={Upload}>
          {t('nav.uploads')}
        </LinkButton>
      )}
      {resource.name === 'content' && resource.verbs.includes('create') && (
        <LinkButton to="/import-metadata" icon={FileUp}>
          {t('metadata.title')}
        </LinkButton>
      )}
      {resource.name === 'policy' && resource.verbs.includes('create') && <TemplatesButton />}
      {resource.verbs.includes('create') && (
        <LinkButton kind="primary" to={`/${resource.plural}/create`} icon={Plus}>
          {t('list.create', { name: resourceTitle(resource) })}
        </LinkButton>
      )}
    </PageHead>
  );
}

export function ListPage() {
  const resource = useCurrentResource();
  return (
    <ListBase
      sort={parseSort(resource.sort)}
      perPage={50}
      exporter={false}
      disableSyncWithLocation={false}
      queryOptions={{ retry: false }}
    >
      <div className="list-page">
        <ListHeader resource={resource} />
        {resource.name === 'mail' && <MailTools />}
        <Filters resource={resource} />
        <BulkBar resource={resource} />
        <ListBody resource={resource} />
      </div>
    </ListBase>
  );
}
