import { Link } from 'react-router-dom';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { progressOf, useStageLabel } from '../media/mediaState';
import { formatPercent, formatSpan, formatSpeed } from '../ui/format';
import { Progress, Section } from '../ui/components';
import { pictureOf, Picture } from '../ui/Picture';

export function Running({ media }: { media: readonly Row[] }) {
  const t = useT();
  const stageLabel = useStageLabel();
  return (
    <Section title={t('home.running')} count={media.length}>
      {media.length === 0 && <p className="muted quiet-line">{t('home.nothing_running')}</p>}
      <ul className="rows">
        {media.map((m) => {
          const p = progressOf(m);
          return (
            <li key={m.id} className="run" data-id={m.id} data-state={String(m.state)}>
              <Picture src={pictureOf(m)} seed={m.id} kind={m.kind === 'audio' ? 'audio' : 'video'} />
              <div className="run-words">
                <Link className="name" to={`/media/${m.id}/show`} dir="auto">
                  {String(m.title)}
                </Link>
                <span className="muted num">
                  {[
                    stageLabel(p.stage || String(m.state)),
                    p.speed ? formatSpeed(p.speed) : '',
                    p.left ? t('media.left', { time: formatSpan(p.left) }) : '',
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
                <Progress percent={p.percent} label={String(m.title)} />
              </div>
              <b className="num run-percent">{formatPercent(p.percent)}</b>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
