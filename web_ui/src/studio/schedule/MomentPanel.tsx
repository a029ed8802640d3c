/** A moment of a channel: what is on, played from there. */
import { ChannelPlayer } from '../channel/ChannelPlayer';
import { momentSource } from '../channel/moment';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { Bars, Button, IconButton } from '../ui/components';
import { ChevronLeft, ChevronRight, X } from '../ui/lucide';
import { onAt, type Airing } from './airings';
import type { Program } from './programs';
import { timesOf } from './times';
import { instantOf, MINUTE, wallTime } from './zone';

interface Props {
  channel: Row;
  at: number;
  zone: string;
  airings: readonly Airing[];
  programs: readonly Program[];
  onChange: (at: number) => void;
  onClose: () => void;
}

const DEFAULT_WINDOW_S = 600;

export function MomentPanel({ channel, at, zone, airings, programs, onChange, onClose }: Props) {
  const t = useT();
  const airing = onAt(airings, programs, at);
  const windowMs = Number(channel.window_s ?? DEFAULT_WINDOW_S) * 1000;
  const source = momentSource(airing, at, Date.now(), windowMs, channel.status === 'on');
  const words = () => {
    if (source.kind !== 'title') return t(`moment.${source.kind}`);
    return t(airing?.phase === 'aired' ? 'moment.aired' : 'moment.planned');
  };
  return (
    <aside className="moment-panel" aria-label={t('moment.title')}>
      <header className="moment-head">
        <h2>{t('moment.title')}</h2>
        <IconButton className="small" label={t('close')} icon={X} onClick={onClose} />
      </header>
      <div className="moment-time">
        <IconButton label={t('moment.earlier')} icon={ChevronLeft} onClick={() => onChange(at - MINUTE)} />
        <input
          type="datetime-local"
          step={1}
          className="control num"
          aria-label={t('moment.at')}
          value={wallTime(at, zone)}
          onChange={(event) => {
            const instant = instantOf(event.target.value, zone);
            if (instant !== null) onChange(instant);
          }}
        />
        <IconButton label={t('moment.later')} icon={ChevronRight} onClick={() => onChange(at + MINUTE)} />
      </div>
      {source.kind === 'channel' && <ChannelPlayer id={channel.id} at={source.at} />}
      {source.kind === 'title' && <ChannelPlayer id={source.content} position={source.position} />}
      {(source.kind === 'slate' || source.kind === 'unknown') && (
        <div className="preview ink moment-slate">{source.kind === 'slate' && <Bars className="bars-wide" />}</div>
      )}
      <div role="status" className="moment-words">
        <b dir="auto">{airing?.kind === 'slate' ? t('schedule.slate') : (airing?.title ?? t('moment.nothing'))}</b>
        {airing && <span className="num muted">{timesOf(airing, zone)}</span>}
        <span className="muted">{words()}</span>
      </div>
      <p className="muted title-panel-hint">{t('moment.hint')}</p>
      <Button small onClick={() => onChange(Date.now() - MINUTE)}>
        {t('moment.now')}
      </Button>
    </aside>
  );
}
