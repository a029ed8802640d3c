/** The schedule of a channel that is chosen on the page. */
import { useGetList } from 'react-admin';
import { useSearchParams } from 'react-router-dom';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { PageHead } from '../resource/PageHead';
import { useSchema } from '../SchemaContext';
import { Bars, Empty, LinkButton } from '../ui/components';
import { Plus } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import { ChannelSchedule } from './ChannelSchedule';
import { usePlace } from './usePlace';

const MAX_CHANNELS = 200;

export function SchedulePage() {
  const t = useT();
  const schema = useSchema();
  const { data, error, refetch } = useGetList<Row>('channels', {
    pagination: { page: 1, perPage: MAX_CHANNELS },
    sort: { field: 'name', order: 'ASC' },
    meta: { plain: true },
  });
  const chosen = useSearchParams()[0].get('channel');
  const place = usePlace(data?.find((c) => c.id === chosen) ?? data?.[0], 'day');
  if (error && !data) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (!data)
    return (
      <div className="waiting" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </div>
    );
  if (!place.channel)
    return (
      <>
        <PageHead title={t('schedule.page')} />
        <Empty
          title={t('schedule.no_channel')}
          action={
            schema.may('create', 'channels') && (
              <LinkButton to="/channels/create" kind="primary" icon={Plus}>
                {t('schedule.create_channel')}
              </LinkButton>
            )
          }
        >
          {t('schedule.no_channel_why')}
        </Empty>
      </>
    );
  return <ChannelSchedule key={place.channel.id} place={place} channels={data} />;
}
