/** A policy: its expression, what it did since its last change, where it applies, and its versions. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ShowBase, useDataProvider, useNotify, useRefresh, useShowContext } from 'react-admin';
import type { StudioProvider } from '../api/dataProvider';
import { get } from '../api/http';
import { recordLabel, type Resource, type Row } from '../api/schema';
import { fieldType } from '../fields';
import { useT } from '../i18n';
import { fieldLabel, resourcePlural } from '../i18n/labels';
import { usePageRequests } from '../panel/pageRequests';
import { PageHead } from '../resource/PageHead';
import { DeleteButton, FieldList, recordRequests } from '../resource/ShowPage';
import { useCurrentResource } from '../SchemaContext';
import { Dialog } from '../ui/Dialog';
import { Pencil, RotateCcw } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Bars, Button, LinkButton, RelativeTime, Section } from '../ui/components';
import type { Counts, Version } from './api';
import { isUnused } from './fields';

const SHOWN_SEPARATELY = new Set(['id', 'name', 'expression', 'counts', 'enabled', 'dry_run', 'metadata']);
const REFRESH_MS = 3000;

function CountsView({ counts, dryRun }: { counts: Counts; dryRun: boolean }) {
  const t = useT();
  const share = counts.evaluated > 0 ? (100 * counts.matched) / counts.evaluated : 0;
  const numbers: [string, number][] = [
    [t('policies.evaluated'), counts.evaluated],
    [t(dryRun ? 'policies.would_match' : 'policies.matched'), counts.matched],
    [t('policies.failed'), counts.failed],
  ];
  return (
    <>
      <dl className="policy-counts">
        {numbers.map(([label, count]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="num">{count.toLocaleString()}</dd>
          </div>
        ))}
      </dl>
      <div
        className="policy-share"
        role="meter"
        aria-label={t('policies.share')}
        aria-valuenow={Math.round(share)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span style={{ width: `${share}%` }} />
      </div>
      <p className="field-help">{t('policies.counts_why')}</p>
    </>
  );
}

function Versions({ resource, record }: { resource: Resource; record: Row }) {
  const t = useT();
  const notify = useNotify();
  const refresh = useRefresh();
  const provider = useDataProvider<StudioProvider>();
  const [restoring, setRestoring] = useState<Version | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['policy_versions', record.id, record.updated_at],
    queryFn: ({ signal }) => get<{ items: Version[] }>(`${resource.path}/${record.id}/versions`, { signal }),
  });
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  const versions = data?.items ?? [];
  const changedFields = (version: Version, i: number) => {
    const before = versions[i + 1]?.values;
    if (!before) return t('policies.created');
    return resource.fields
      .filter((f) => f.name in version.values && version.values[f.name] !== before[f.name])
      .map((f) => fieldLabel(f, resource))
      .join(', ');
  };
  const restore = (version: Version) =>
    void provider.runAction(resource.plural, record.id, 'rollback', { to_version: version.version }).then(
      () => {
        setRestoring(null);
        notify(t('policies.restored', { version: version.version }));
        refresh();
      },
      (problem: Error) => {
        setRestoring(null);
        notify(problem.message, { type: 'error' });
      },
    );
  return (
    <>
      <ol className="policy-versions">
        {versions.map((version, i) => (
          <li key={version.version}>
            <span className="num muted">{version.version}</span>
            <span className="grow">
              <span>{changedFields(version, i)}</span>
              <span className="muted">
                {version.actor} · <RelativeTime at={version.at} />
              </span>
            </span>
            {i > 0 && resource.actions.some((a) => a.name === 'rollback') && (
              <Button small icon={RotateCcw} onClick={() => setRestoring(version)}>
                {t('policies.restore')}
              </Button>
            )}
          </li>
        ))}
      </ol>
      {restoring && (
        <Dialog
          open
          title={t('policies.restore_title', { version: restoring.version })}
          onClose={() => setRestoring(null)}
        >
          <div className="dialog-body stack">
            <p>{t('policies.restore_why')}</p>
            <pre className="expression">{String(restoring.values.expression ?? '')}</pre>
          </div>
          <footer className="dialog-foot">
            <Button onClick={() => setRestoring(null)}>{t('cancel')}</Button>
            <Button kind="primary" onClick={() => restore(restoring)}>
              {t('policies.restore')}
            </Button>
          </footer>
        </Dialog>
      )}
    </>
  );
}

function Body() {
  const t = useT();
  const resource = useCurrentResource();
  const { record, isPending, error, refetch } = useShowContext<Row>();
  usePageRequests(record ? recordRequests(resource, record.id) : []);
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (isPending || !record)
    return (
      <div className="waiting" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </div>
    );
  const expression = resource.fields.find((f) => f.name === 'expression');
  const Expression = expression && fieldType(expression.type).Show;
  const facts = resource.fields.filter(
    (f) =>
      !f.write_only &&
      !SHOWN_SEPARATELY.has(f.name) &&
      !isUnused(resource.name, f.name, record.action) &&
      record[f.name] !== null &&
      record[f.name] !== '',
  );
  const state = !record.enabled ? 'off' : record.dry_run ? 'dry_run' : 'on';
  return (
    <div className="show-page">
      <PageHead
        title={recordLabel(resource, record)}
        up={{ to: '/policies', label: resourcePlural(resource) }}
        meta={<span className={`policy-state policy-${state}`}>{t(`policies.state.${state}`)}</span>}
      >
        {resource.verbs.includes('delete') && <DeleteButton resource={resource} record={record} />}
        {resource.verbs.includes('update') && (
          <LinkButton kind="primary" to={`/policies/${record.id}`} icon={Pencil}>
            {t('edit')}
          </LinkButton>
        )}
      </PageHead>
      <div className="stack wide-gap">
        {Expression && (
          <Section title={fieldLabel(expression, resource)}>
            <Expression field={expression} resource={resource} record={record} value={record.expression} />
          </Section>
        )}
        {record.counts !== undefined && (
          <Section title={t('policies.counts')}>
            <CountsView counts={record.counts as Counts} dryRun={Boolean(record.dry_run)} />
          </Section>
        )}
        <FieldList fields={facts} resource={resource} record={record} />
        <Section title={t('policies.versions')}>
          <Versions resource={resource} record={record} />
        </Section>
      </div>
    </div>
  );
}

export function PolicyPage() {
  return (
    <ShowBase queryOptions={{ retry: false, refetchInterval: REFRESH_MS }}>
      <Body />
    </ShowBase>
  );
}
