/** The page of a channel: what is on, its schedule, its live stream, and its settings. */
import { ShowBase, useShowContext } from 'react-admin';
import { NavLink, useSearchParams } from 'react-router-dom';
import { groupFields, recordLabel, type Row } from '../api/schema';
import { ArtworkPanel } from '../artwork/ArtworkPanel';
import { useT } from '../i18n';
import { groupTitle, resourcePlural } from '../i18n/labels';
import { usePageRequests } from '../panel/pageRequests';
import { Actions } from '../resource/Actions';
import { PageHead } from '../resource/PageHead';
import { DeleteButton, FieldList, recordRequests } from '../resource/ShowPage';
import { ChannelSchedule } from '../schedule/ChannelSchedule';
import { usePlace } from '../schedule/usePlace';
import { useCurrentResource, useSchema } from '../SchemaContext';
import { Bars, LinkButton, Section, StatusBadge } from '../ui/components';
import { Pencil } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import { LivePage } from './LivePage';
import { OnAirPage } from './OnAir';

const TABS = ['on_air', 'schedule', 'live', 'settings'] as const;
const SHOWN_SEPARATELY = new Set(['id', 'artwork', 'name', 'status']);

function Schedule({ channel }: { channel: Row }) {
  return <ChannelSchedule place={usePlace(channel, 'week')} channels={[]} />;
}

function Settings({ channel }: { channel: Row }) {
  const resource = useCurrentResource();
  usePageRequests(recordRequests(resource, channel.id));
  const groups = groupFields(resource.fields.filter((f) => !f.write_only && !SHOWN_SEPARATELY.has(f.name)));
  return (
    <div className="stack wide-gap">
      {groups.map(([group, fields]) => (
        <Section key={group} title={groupTitle(group || resource.title)}>
          <FieldList
            fields={fields}
            resource={resource}
            record={channel}
            withoutLabel={fields.length === 1 && fields[0]!.label === group}
          />
        </Section>
      ))}
      {'artwork' in channel && <ArtworkPanel resource={resource} record={channel} />}
    </div>
  );
}

function Body() {
  const t = useT();
  const resource = useCurrentResource();
  const mayPlan = useSchema().may('list', 'programs');
  const [params] = useSearchParams();
  const { record, isPending, error, refetch } = useShowContext<Row>();
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (isPending || !record)
    return (
      <div className="waiting" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </div>
    );
  const tabs = TABS.filter((tab) => tab !== 'schedule' || mayPlan);
  const tab = tabs.find((one) => one === params.get('tab')) ?? tabs[0]!;
  const isOn = record.status === 'on';
  return (
    <div className="channel-page">
      <PageHead
        title={recordLabel(resource, record)}
        up={{ to: '/channels', label: resourcePlural(resource) }}
        meta={
          <span className="page-meta">
            <StatusBadge tone={isOn ? 'ready' : 'quiet'}>{t(isOn ? 'channel.on' : 'channel.off')}</StatusBadge>
          </span>
        }
      >
        {resource.verbs.includes('delete') && <DeleteButton resource={resource} record={record} />}
        <Actions resource={resource} record={record} />
        {resource.verbs.includes('update') && (
          <LinkButton to={`/channels/${record.id}`} icon={Pencil}>
            {t('edit')}
          </LinkButton>
        )}
      </PageHead>
      <nav className="tabs" aria-label={recordLabel(resource, record)}>
        {tabs.map((one) => (
          <NavLink
            key={one}
            to={`/channels/${encodeURIComponent(record.id)}/show?tab=${one}`}
            aria-current={one === tab ? 'page' : false}
          >
            {t(`channel.tab.${one}`)}
          </NavLink>
        ))}
      </nav>
      {tab === 'on_air' && <OnAirPage channel={record} />}
      {tab === 'schedule' && <Schedule channel={record} />}
      {tab === 'live' && <LivePage channel={record} />}
      {tab === 'settings' && <Settings channel={record} />}
    </div>
  );
}

export function ChannelPage() {
  return (
    <ShowBase queryOptions={{ retry: false }}>
      <Body />
    </ShowBase>
  );
}
