/** What the file of a title is: its picture, sound, length and state. */
import { Link } from 'react-router-dom';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { Encryption } from '../protection/Encryption';
import { channels, codec, formatBitrate, formatSpan, languageName } from '../ui/format';
import { StatusBadge } from '../ui/components';
import { statusTone } from '../fields/choice/statusTone';
import { optionLabel } from '../i18n/labels';
import { useSchema } from '../SchemaContext';

interface Tracks {
  video: { name: string; width: number; height: number; codec: string; bitrate: number }[];
  audio: { name: string; language: string; label: string; channels: number; codec: string; roles: string[] }[];
  text: { name: string; language: string; label: string }[];
}
export const tracksOf = (media: Row | undefined): Tracks =>
  (media?.tracks as Tracks | undefined) ?? { video: [], audio: [], text: [] };

export function TechnicalFacts({ media }: { media: Row }) {
  const t = useT();
  const { video, audio, text } = tracksOf(media);
  const best = [...video].sort((a, b) => b.height - a.height)[0];
  const sound = audio[0];
  const state = useSchema()
    .find('media')
    ?.fields.find((f) => f.name === 'state');
  const option = state?.options?.find((o) => o.value === media.state);
  const tone = statusTone('state', String(media.state));
  const facts: [string, string][] = [
    [t('facts.length'), typeof media.duration_s === 'number' ? formatSpan(media.duration_s) : ''],
    [
      t('facts.picture'),
      best ? [`${best.width} × ${best.height}`, codec(best.codec), formatBitrate(best.bitrate)].join(' · ') : '',
    ],
    [
      t('facts.sound'),
      sound
        ? [...new Set(audio.map((a) => languageName(a.language)))].join(', ') +
          ` · ${codec(sound.codec)} ${channels(sound.channels)}`
        : '',
    ],
    [t('facts.subtitles'), [...new Set(text.map((x) => languageName(x.language)))].join(', ')],
  ];
  return (
    <dl className="facts facts-side">
      <div>
        <dt>{t('facts.file')}</dt>
        <dd>
          <Link className="link" to={`/media/${media.id}/show`} dir="auto">
            {String(media.title)}
          </Link>{' '}
          {state && option && (
            <StatusBadge tone={tone?.[0] ?? 'quiet'} icon={tone?.[1]}>
              {optionLabel(state, option)}
            </StatusBadge>
          )}
        </dd>
      </div>
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      {typeof media.encryption === 'string' && (
        <div>
          <dt>{t('protection.page')}</dt>
          <dd>
            <Encryption media={media} scheme />
          </dd>
        </div>
      )}
    </dl>
  );
}
