/** The channels with what is on now and next. */
import { useGetList } from 'react-admin';
import { Link } from 'react-router-dom';
import type { Row } from '../api/schema';
import { ChannelCard } from '../channel/OnAir';
import { useT } from '../i18n';
import { Section } from '../ui/components';

const MAX_CHANNELS = 6;

export function Channels() {
  const t = useT();
  const { data, total } = useGetList<Row>('channels', {
    pagination: { page: 1, perPage: MAX_CHANNELS },
    sort: { field: 'name', order: 'ASC' },
    filter: { status: 'on' },
  });
  if (!data || data.length === 0) return null;
  return (
    <Section
      title={t('home.channels')}
      action={
        (total ?? 0) > data.length && (
          <Link className="link" to="/channels">
            {t('related.all')}
          </Link>
        )
      }
    >
      <ul className="channel-cards">
        {data.map((channel) => (
          <ChannelCard key={channel.id} channel={channel} />
        ))}
      </ul>
    </Section>
  );
}
