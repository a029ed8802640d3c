import { useT } from '../i18n';
import { formatPercent, formatSize, formatSpan } from '../ui/format';
import { CircleCheck, Pause, Play, RotateCcw, TriangleAlert, X } from '../ui/lucide';
import { Icon, IconButton, Progress } from '../ui/components';
import { uploadQueue, type UploadItem } from './uploadQueue';

export function UploadRow({ item }: { item: UploadItem }) {
  const t = useT();
  const percent = item.size > 0 ? (item.sent / item.size) * 100 : item.state === 'done' ? 100 : 0;
  const remainingS = item.speed ? (item.size - item.sent) / item.speed : null;
  const statusText =
    item.state === 'running'
      ? [
          `${formatSize(item.sent)} / ${formatSize(item.size)}`,
          item.speed ? `${formatSize(item.speed)}/s` : '',
          remainingS !== null && remainingS > 1 ? t('media.left', { time: formatSpan(remainingS) }) : '',
        ]
          .filter(Boolean)
          .join(' · ')
      : [t(`upload.${item.state}`), formatSize(item.size)].join(' · ');
  return (
    <li className={`upload upload-${item.state}`} data-state={item.state}>
      <span className="upload-mark">
        {item.state === 'done' ? (
          <Icon icon={CircleCheck} />
        ) : item.state === 'failed' ? (
          <Icon icon={TriangleAlert} />
        ) : (
          <b className="num">{formatPercent(percent)}</b>
        )}
      </span>
      <div className="run-words">
        <span className="name" dir="auto">
          {item.name}
        </span>
        <span className="muted num">
          {statusText} · {item.libraryName}
        </span>
        {item.error && <span className="danger">{item.error}</span>}
        {item.state !== 'done' && <Progress percent={percent} label={item.name} />}
      </div>
      {item.state === 'running' || item.state === 'waiting' ? (
        <IconButton
          label={t('upload.pause_name', { name: item.name })}
          icon={Pause}
          onClick={() => uploadQueue.pause(item.key)}
        />
      ) : null}
      {item.state === 'paused' && (
        <IconButton
          label={t('upload.resume_name', { name: item.name })}
          icon={Play}
          onClick={() => uploadQueue.resume(item.key)}
        />
      )}
      {item.state === 'failed' && (
        <IconButton label={t('try_again')} icon={RotateCcw} onClick={() => uploadQueue.resume(item.key)} />
      )}
      <IconButton label={t('remove_name', { name: item.name })} icon={X} onClick={() => uploadQueue.remove(item.key)} />
    </li>
  );
}
