/** Stills of a film, of which one is chosen as a poster or backdrop. */
import { useState } from 'react';
import { useNotify } from 'react-admin';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { pickEvenly } from '../media/pipeline';
import { ThumbnailPicture, useThumbnails } from '../media/Thumbnails';
import { formatClock } from '../ui/format';
import { Button } from '../ui/components';

const SHOWN = 12;

interface Props {
  media: Row;
  kinds: readonly { kind: string; label: string }[];
  /** `at`: seconds; `aspect`: width by height of the film. */
  onChoose: (kind: string, at: number, aspect: number) => Promise<void>;
}

export function StillStrip({ media, kinds, onChoose }: Props) {
  const t = useT();
  const notify = useNotify();
  const [chosen, setChosen] = useState<number | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const all = useThumbnails((media.playback as { thumbnails?: string | null } | null)?.thumbnails);
  const stills = pickEvenly(all, SHOWN);
  if (stills.length === 0) return null;
  const still = stills.find((s) => s.from === chosen);
  const use = async (kind: string) => {
    setBusy(kind);
    try {
      await onChoose(kind, still!.from, still!.width > 0 ? still!.width / still!.height : 16 / 9);
    } catch (error) {
      notify((error as Error).message, { type: 'error' });
    } finally {
      setBusy(null);
    }
  };
  return (
    <div className="film-stills">
      <div className="film-stills-head">
        <h3 className="muted">{t('artwork.stills')}</h3>
        {still &&
          kinds.map(({ kind, label }) => (
            <Button
              key={kind}
              small
              busy={busy === kind}
              disabled={busy !== null}
              data-testid={`still-as-${kind}`}
              onClick={() => void use(kind)}
            >
              {t('artwork.use_as', { name: label })}
            </Button>
          ))}
      </div>
      <div className="film-stills-strip" role="radiogroup" aria-label={t('artwork.stills')}>
        {stills.map((s) => (
          <label key={s.from} className="film-still" title={formatClock(s.from)}>
            <input
              type="radio"
              name={`still-${media.id}`}
              checked={s.from === chosen}
              aria-label={formatClock(s.from)}
              onChange={() => setChosen(s.from)}
            />
            <ThumbnailPicture thumbnail={s} />
          </label>
        ))}
      </div>
    </div>
  );
}
