import { t } from '../i18n';

export const LiveBadge = () => <span class="live-badge">{t('channel.live')}</span>;
