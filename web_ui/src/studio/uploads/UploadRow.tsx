import { useT } from '../i18n';
import { percent, size, span } from '../ui/format';
import { CircleCheck, Pause, Play, RotateCcw, TriangleAlert, X } from '../ui/lucide';
import { Icon, IconButton, Progress } from '../ui/components';
import { queue, type Item } from './uploadQueue';

export function Row({ item }: { item: Item }) {
  const t = useT();
  const share = item.size > 0 ? (item.sent / item.size) * 100 : item.state === 'done' ? 100 : 0;
  const left = item.speed ? (item.size - item.sent) / item.speed : null;
  const words =
    item.state === 'running'
      ? [
          `${size(item.sent)} / ${size(item.size)}`,
          item.speed ? `${size(item.speed)}/s` : '',
          left !== null && left > 1 ? t('media.left', { time: span(left) }) : '',
        ]
          .filter(Boolean)
          .join(' · ')
      : [t(`upload.${item.state}`), size(item.size)].join(' · ');
  return (
    <li className={`upload upload-${item.state}`} data-state={item.state}>
      <span className="upload-mark">
        {item.state === 'done' ? (
          <Icon of={CircleCheck} />
        ) : item.state === 'failed' ? (
          <Icon of={TriangleAlert} />
        ) : (
          <b className="num">{percent(share)}</b>
        )}
      </span>
      <div className="run-words">
        <span className="name" dir="auto">
          {item.name}
        </span>
        <span className="muted num">
          {words} · {item.libraryName}
        </span>
        {item.error && <span className="danger">{item.error}</span>}
        {item.state !== 'done' && <Progress percent={share} label={item.name} />}
      </div>
      {item.state === 'running' || item.state === 'waiting' ? (
        <IconButton
          label={t('upload.pause_name', { name: item.name })}
          icon={Pause}
          onClick={() => queue.pause(item.key)}
        />
      ) : null}
      {item.state === 'paused' && (
        <IconButton
          label={t('upload.resume_name', { name: item.name })}
          icon={Play}
          onClick={() => queue.resume(item.key)}
        />
      )}
      {item.state === 'failed' && (
        <IconButton label={t('try_again')} icon={RotateCcw} onClick={() => queue.resume(item.key)} />
      )}
      <IconButton label={t('remove_name', { name: item.name })} icon={X} onClick={() => queue.remove(item.key)} />
    </li>
  );
}
