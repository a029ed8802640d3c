/** The grants of a viewer or a group, or those that cover a title, a series or a category. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useDataProvider, useGetList } from 'react-admin';
import type { StudioProvider } from '../api/dataProvider';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { useSchema } from '../SchemaContext';
import { Button, Section } from '../ui/components';
import { Plus } from '../ui/lucide';
import { CanWatch } from './CanWatch';
import { GrantDialog } from './GrantDialog';
import { GrantRows } from './GrantRows';

type Filter = Record<string, unknown>;
const MAX_ROWS = 100;

interface Panel {
  title: string;
  why: string;
  show: 'subject' | 'target';
  /** Also name the group through which a viewer has a grant. */
  via?: boolean;
  /** The grants are those that match one of the filters. */
  filters: readonly Filter[];
  /** Values of a new grant. */
  preset: Filter;
  /** A button beside that of a new grant. */
  question?: ReactNode;
}

export function GrantsPanel({ title, why, show, via = false, filters, preset, question }: Panel) {
  const t = useT();
  const provider = useDataProvider<StudioProvider>();
  const resource = useSchema().find('grants');
  const [giving, setGiving] = useState(false);
  const { data = [], refetch } = useQuery({
    queryKey: ['grants-panel', filters],
    queryFn: async () => {
      const pages = await Promise.all(
        filters.map((filter) =>
          provider.getList<Row>('grants', {
            filter,
            pagination: { page: 1, perPage: MAX_ROWS },
            sort: { field: 'created_at', order: 'DESC' },
            meta: { plain: true },
          }),
        ),
      );
      return [...new Map(pages.flatMap((page) => page.data).map((row) => [row.id, row])).values()];
    },
    enabled: resource !== undefined,
    retry: false,
  });
  if (!resource?.verbs.includes('create')) return null;
  return (
    <Section
      title={title}
      id="grants"
      {...(data.length > 0 ? { count: data.length } : {})}
      action={
        <span className="section-actions">
          {question}
          <Button small icon={Plus} onClick={() => setGiving(true)}>
            {t('grants.give')}
          </Button>
        </span>
      }
    >
      <p className="muted">{why}</p>
      <GrantRows grants={data} show={show} via={via} changed={() => void refetch()} />
      {giving && <GrantDialog preset={preset} onClose={() => setGiving(false)} onCreated={() => void refetch()} />}
    </Section>
  );
}

const OWNERS: Record<string, 'user' | 'group' | 'series' | 'category'> = {
  users: 'user',
  viewer_groups: 'group',
  series: 'series',
  categories: 'category',
};

/** On the page of a viewer, a group, a series or a category. */
export function GrantsOf({ plural, record }: { plural: string; record: Row }) {
  const t = useT();
  const owner = OWNERS[plural];
  const mayList = useSchema().may('list', 'viewer_groups');
  const { data: groups = [] } = useGetList<Row>(
    'viewer_groups',
    {
      filter: { members: record.id },
      pagination: { page: 1, perPage: MAX_ROWS },
      sort: { field: 'name', order: 'ASC' },
      meta: { plain: true },
    },
    { enabled: owner === 'user' && mayList, retry: false },
  );
  if (!owner) return null;
  const show = owner === 'user' || owner === 'group' ? 'target' : 'subject';
  const preset =
    show === 'target' ? { user: null, group: null, [owner]: record.id } : { scope: owner, [owner]: record.id };
  return (
    <GrantsPanel
      title={t(show === 'target' ? 'grants.title' : 'grants.who')}
      why={t(`grants.why_${owner}`)}
      show={show}
      via={owner === 'user'}
      filters={[{ [owner]: record.id }, ...groups.map((group) => ({ group: group.id }))]}
      preset={preset}
      question={owner === 'user' && <CanWatch viewer={record} />}
    />
  );
}

/** On the page of a title: who may watch it, by its visibility and by the grants that cover it. */
export function WhoMayWatch({ record }: { record: Row }) {
  const t = useT();
  const categories = Array.isArray(record.categories) ? record.categories : [];
  const filters: Filter[] = [{ content: record.id }, { scope: 'everything' }];
  if (typeof record.series === 'string') filters.push({ series: record.series });
  for (const category of categories) filters.push({ category });
  const visibility = String(record.visibility ?? 'public') as 'public' | 'members' | 'entitled' | 'private';
  return (
    <GrantsPanel
      title={t('grants.who')}
      why={t(`grants.visibility.${visibility}`)}
      show="subject"
      filters={filters}
      preset={{ scope: 'title', content: record.id }}
      question={<CanWatch title={record} />}
    />
  );
}
