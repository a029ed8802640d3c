/** The health of a live stream: warnings, plots of the last minutes, figures, rungs, and where it is sent on to. */
import { lazy, Suspense } from 'react';
import { useT, type MessageKey } from '../i18n';
import { Icon, RelativeTime, Section, StatusBadge, type Tone } from '../ui/components';
import { formatBitrate, formatNumber, formatSpeed } from '../ui/format';
import { TriangleAlert } from '../ui/lucide';
import type { LiveStatus, Sample } from './live';

const Plot = lazy(() => import('../home/Plot'));

const WARNINGS = new Set([
  'no_input',
  'low_bitrate',
  'dropped_frames',
  'keyframe_distance',
  'high_latency',
  'encoder_slow',
  'silent',
  'black',
  'frozen',
  'too_loud',
]);
const TONES: Record<string, Tone> = {
  live: 'ready',
  on: 'ready',
  ok: 'ready',
  running: 'ready',
  encoding: 'ready',
  passthrough: 'ready',
  dropped: 'waiting',
  retrying: 'waiting',
  waiting: 'waiting',
  connecting: 'waiting',
  failed: 'danger',
};

const seconds = (value: number): string => `${formatNumber(Math.round(value * 10) / 10)} s`;
const PLOTS: { name: keyof Omit<Sample, 'at'>; label: MessageKey; format: (value: number) => string }[] = [
  { name: 'bitrate', label: 'live.bitrate', format: formatBitrate },
  {
    name: 'frame_rate',
    label: 'live.frame_rate',
    format: (value) => `${formatNumber(Math.round(value * 10) / 10)} fps`,
  },
  { name: 'latency', label: 'live.latency', format: seconds },
  { name: 'loudness', label: 'live.loudness', format: (value) => `${formatNumber(Math.round(value))} LUFS` },
];
const clock = (at: string): string => new Date(at).toLocaleTimeString();

function Warnings({ warnings }: { warnings: LiveStatus['warnings'] }) {
  const t = useT();
  return (
    <ul className="live-warnings" role="status">
      {warnings.map((warning) => (
        <li key={warning.code}>
          <Icon icon={TriangleAlert} />
          <span>
            <b>{WARNINGS.has(warning.code) ? t(`live.warning.${warning.code}` as MessageKey) : warning.code}</b>
            {warning.message && <span>{warning.message}</span>}
          </span>
          {warning.since && (
            <span className="muted">
              <RelativeTime at={warning.since} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

export function LiveHealth({ status }: { status: LiveStatus | null }) {
  const t = useT();
  const health = status?.health ?? null;
  const history = status?.history ?? [];
  if (!status || (!health && history.length === 0))
    return (
      <Section title={t('live.health')}>
        {status && status.warnings.length > 0 && <Warnings warnings={status.warnings} />}
        <p className="muted quiet-line">{t('live.no_health')}</p>
      </Section>
    );
  const facts: [MessageKey, string | null][] = [
    ['live.picture', health?.width && health.height ? `${health.width} × ${health.height}` : null],
    ['live.keyframes', health?.keyframe_distance ? seconds(health.keyframe_distance) : null],
    ['live.dropped', typeof health?.dropped_frames === 'number' ? formatNumber(health.dropped_frames) : null],
    ['live.speed', health?.speed ? formatSpeed(health.speed) : null],
  ];
  const warned = new Set(status.warnings.map((warning) => warning.code));
  const wrong = (['black', 'frozen', 'silent'] as const).filter((name) => health?.[name] === true && !warned.has(name));
  return (
    <Section title={t('live.health')}>
      <div className="stack">
        {status.warnings.length > 0 && <Warnings warnings={status.warnings} />}
        <div className="plots">
          {PLOTS.map(({ name, label, format }) => {
            const value = health?.[name];
            return (
              <div key={name} className="plot">
                <span className="muted">{t(label)}</span>
                <b className="num">{typeof value === 'number' ? format(value) : '–'}</b>
                <Suspense fallback={<div className="plot-space" />}>
                  <Plot
                    points={history.map((sample) => ({ day: sample.at, value: sample[name] ?? null }))}
                    label={t(label)}
                    format={format}
                    formatPoint={clock}
                    fromZero={name !== 'loudness'}
                  />
                </Suspense>
              </div>
            );
          })}
        </div>
        <dl className="facts live-facts">
          {facts
            .filter(([, value]) => value !== null)
            .map(([label, value]) => (
              <div key={label}>
                <dt>{t(label)}</dt>
                <dd className="num">{value}</dd>
              </div>
            ))}
          {wrong.map((name) => (
            <div key={name}>
              <dt>{t(name === 'silent' ? 'live.sound' : 'live.picture')}</dt>
              <dd className="danger">{t(`live.warning.${name}`)}</dd>
            </div>
          ))}
        </dl>
        {status.rungs.length > 0 && (
          <ul className="live-list" aria-label={t('live.rungs')}>
            {status.rungs.map((rung) => (
              <li key={rung.name}>
                <StatusBadge tone={TONES[rung.state ?? ''] ?? 'quiet'}>
                  {rung.name} <span className="muted">{rung.state}</span>
                </StatusBadge>
              </li>
            ))}
          </ul>
        )}
        {status.simulcast.length > 0 && (
          <ul className="live-list" aria-label={t('live.simulcast')}>
            {status.simulcast.map((target) => (
              <li key={target.id}>
                <StatusBadge tone={TONES[target.state ?? ''] ?? 'quiet'}>
                  {target.name || target.id} <span className="muted">{target.detail || target.state}</span>
                </StatusBadge>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Section>
  );
}
