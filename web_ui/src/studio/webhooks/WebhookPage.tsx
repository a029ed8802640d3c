/** A webhook with its deliveries: events by group, attempts as a timeline, responses, payloads. */
import { ShowBase, useShowContext } from 'react-admin';
import { recordLabel, type Row } from '../api/schema';
import { fieldType } from '../fields';
import { useT } from '../i18n';
import { fieldLabel, resourcePlural } from '../i18n/labels';
import { usePageRequests } from '../panel/pageRequests';
import { Actions } from '../resource/Actions';
import { PageHead } from '../resource/PageHead';
import { DeleteButton, FieldList, recordRequests } from '../resource/ShowPage';
import { useCurrentResource, useSchema } from '../SchemaContext';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Pencil } from '../ui/lucide';
import { Bars, LinkButton, Section } from '../ui/components';
import { Deliveries } from './Deliveries';
import { EventGroups } from './EventGroups';

const SHOWN_SEPARATELY = new Set(['id', 'url', 'events', 'health', 'updated_at']);

function Body() {
  const t = useT();
  const resource = useCurrentResource();
  const deliveries = useSchema().find('webhook_deliveries');
  const { record, isPending, error, refetch } = useShowContext<Row>();
  usePageRequests(
    record
      ? [
          ...recordRequests(resource, record.id),
          { name: 'panel.list', method: 'GET', url: `${deliveries?.path ?? ''}?webhook=${record.id}` },
        ]
      : [],
  );
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (isPending || !record)
    return (
      <div className="waiting" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </div>
    );
  const health = resource.fields.find((f) => f.name === 'health');
  const Health = health && fieldType(health.type).Column;
  const events = resource.fields.find((f) => f.name === 'events');
  const facts = resource.fields.filter(
    (f) => !f.write_only && !SHOWN_SEPARATELY.has(f.name) && record[f.name] !== null && record[f.name] !== '',
  );
  return (
    <div className="show-page">
      <PageHead
        title={recordLabel(resource, record)}
        up={{ to: '/webhooks', label: resourcePlural(resource) }}
        meta={Health && <Health field={health!} resource={resource} record={record} value={record.health} />}
      >
        {resource.verbs.includes('delete') && <DeleteButton resource={resource} record={record} />}
        <Actions resource={resource} record={record} />
        {resource.verbs.includes('update') && (
          <LinkButton to={`/webhooks/${record.id}`} icon={Pencil}>
            {t('edit')}
          </LinkButton>
        )}
      </PageHead>
      <div className="stack wide-gap">
        <FieldList fields={facts} resource={resource} record={record} />
        {events && (
          <Section title={fieldLabel(events, resource)} count={(record.events as string[]).length}>
            <EventGroups field={events} values={record.events as string[]} />
          </Section>
        )}
        {deliveries && <Deliveries resource={deliveries} webhook={record.id} />}
      </div>
    </div>
  );
}

export function WebhookPage() {
  return (
    <ShowBase queryOptions={{ retry: false }}>
      <Body />
    </ShowBase>
  );
}
