/** What viewers get at the page of a title, by audience, and how to see it as they do. */
import { useQuery } from '@tanstack/react-query';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { Eye, EyeOff, Lock } from '../ui/lucide';
import { CopyButton, Icon } from '../ui/components';
import { titleUrl } from '../workbench/titleUrl';
import { AUDIENCES, hasRegions, isOut, viewOf, type View } from './audiences';

const ICONS = { plays: Eye, page: Lock, nothing: EyeOff } as const satisfies Record<View, typeof Eye>;

/** The status with which the server answers a visitor who is not signed in: the request has no cookie. */
const anonymousStatus = async (record: Row, signal: AbortSignal): Promise<number> => {
  const url = `/api/v1/site${titleUrl(record).replace('/title/', '/titles/')}`;
  return (await fetch(url, { credentials: 'omit', cache: 'no-store', signal })).status;
};

export function PlayAsDialog({ record, onClose }: { record: Row; onClose: () => void }) {
  const t = useT();
  const { data: status } = useQuery({
    queryKey: ['anonymous', record.id],
    queryFn: ({ signal }) => anonymousStatus(record, signal),
    staleTime: 0,
  });
  return (
    <Dialog open title={t('play_as.title')} onClose={onClose}>
      <div className="dialog-body stack">
        <ul className="rows play-as">
          {AUDIENCES.map((audience) => {
            const view = viewOf(audience, record);
            return (
              <li key={audience} data-audience={audience} data-view={view}>
                <Icon icon={ICONS[view]} />
                <span className="option-words">
                  <b>{t(`play_as.${audience}`)}</b>
                  <span className="muted">{t(`play_as.${view}.${audience}`)}</span>
                </span>
              </li>
            );
          })}
        </ul>
        {isOut(record) && hasRegions(record) && <p className="muted">{t('play_as.regions')}</p>}
        {status !== undefined && (
          <p role="status">
            {t(status === 200 ? 'play_as.now_there' : status === 401 ? 'play_as.now_sign_in' : 'play_as.now_missing')}
          </p>
        )}
        <p className="muted">{t('play_as.how')}</p>
      </div>
      <footer className="dialog-foot">
        <a className="btn btn-plain" href={titleUrl(record)} target="_blank" rel="noopener">
          {t('play_as.open')}
        </a>
        <CopyButton kind="primary" text={`${location.origin}${titleUrl(record)}`} label={t('play_as.copy')} />
      </footer>
    </Dialog>
  );
}
