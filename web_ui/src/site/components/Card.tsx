/** A title as a card: picture, name, state. The whole card is a link. */
import { Lock, Play, X } from 'lucide';
import { isAudioOnly } from '../isAudioOnly';
import { t, type MessageKey } from '../i18n';
import { useMediaState, type MediaState } from '../live/mediaEvents';
import { formatClock } from '../../../shared/time';
import type { Card as CardData, Shape } from '../../../shared/catalogue';
import { cardFacts, remainingLabel, etaLabel, percentLabel, watchedFraction, stateLabel } from '../labels';
import { Icon } from './Icon';
import { Picture } from './Picture';

export const RATIO: Record<Shape, number> = { still: 16 / 9, poster: 2 / 3, square: 1 };
const SIZES: Record<Shape, string> = {
  still: '(min-width: 1800px) 360px, (min-width: 1160px) 20vw, 240px',
  poster: '(min-width: 1760px) 220px, (min-width: 1060px) 12.5vw, 140px',
  square: '(min-width: 1700px) 220px, (min-width: 1080px) 13vw, 144px',
};

/** The picture that fits the shape best; a still falls back to a backdrop before a poster. */
export function pictureFor({ images }: Pick<CardData, 'images'>, shape: Shape) {
  const { poster, still, square, backdrop } = images;
  if (shape === 'poster') return poster ?? still ?? backdrop ?? square;
  if (shape === 'square') return square ?? still ?? poster ?? backdrop;
  return still ?? backdrop ?? square ?? poster;
}

/** The shape for which most cards have a picture. Pure. */
export function bestShape(cards: readonly Pick<CardData, 'images'>[]): Shape {
  const count = (shape: Shape) =>
    cards.filter(({ images }) => images[shape] ?? (shape === 'still' && images.backdrop)).length;
  const shapes: Shape[] = ['poster', 'still', 'square'];
  const best = shapes.reduce((a, b) => (count(b) > count(a) ? b : a));
  return count(best) > 0 ? best : 'still';
}

export const placeholderFor = (card: Pick<CardData, 'id' | 'title' | 'kind'>, ratio: number) =>
  ({ seed: card.id, title: card.title, kind: isAudioOnly(card) ? 'sound' : 'film', ratio }) as const;

interface Props {
  card: CardData;
  shape: Shape;
  /** Links directly to the player, to continue watching. */
  watch?: boolean;
  /** Text below the title, instead of year and duration. */
  line?: string;
  eager?: boolean;
  /** Removes the card from its row. */
  onRemove?: () => void;
  tabIndex?: number;
  /** Heading level: one below the section's heading. */
  level?: 2 | 3;
}

export function Card({ card, shape, watch = false, line, eager = false, onRemove, tabIndex, level = 3 }: Props) {
  const Heading = level === 2 ? 'h2' : 'h3';
  const mediaState = useMediaState(card);
  const pendingLabel = stateLabel({ ...mediaState, kind: card.kind });
  const playsDirectly = card.watch && !card.locked && (watch || (pendingLabel && mediaState.playable));
  const below = pendingLabel ?? (watch ? remainingLabel(card) : null) ?? line ?? defaultLine(card, shape);
  return (
    <article
      class={`card card-${shape}`}
      data-id={card.id}
      data-state={mediaState.state}
      data-playable={mediaState.playable}
      data-locked={card.locked ?? undefined}
    >
      <a href={playsDirectly ? card.watch! : card.href} data-item tabIndex={tabIndex}>
        <div class="frame">
          <Picture
            picture={pictureFor(card, shape)}
            sizes={SIZES[shape]}
            art={placeholderFor(card, RATIO[shape])}
            eager={eager}
          />
          {card.locked && <LockBadge reason={card.locked} />}
          {(playsDirectly || (pendingLabel && mediaState.playable && !card.locked)) && (
            <span class="play">
              <Icon node={Play} fill />
            </span>
          )}
          {shape === 'still' && card.duration_s ? <span class="badge">{formatClock(card.duration_s)}</span> : null}
          <ProgressMeter card={card} mediaState={mediaState} />
        </div>
        <Heading class="card-title" dir="auto">
          {card.title}
        </Heading>
        <p class={pendingLabel && mediaState.playable ? 'line invites' : 'line'}>{below}</p>
        {pendingLabel && etaLabel(mediaState.progress) && <p class="line">{etaLabel(mediaState.progress)}</p>}
      </a>
      {onRemove && (
        <button
          type="button"
          class="card-remove"
          aria-label={t('card.remove', { title: card.title })}
          title={t('card.remove', { title: card.title })}
          tabIndex={tabIndex}
          onClick={onRemove}
        >
          <Icon node={X} size={16} />
        </button>
      )}
    </article>
  );
}

type LockReason = NonNullable<CardData['locked']>;
export const LOCKED: Record<LockReason, MessageKey> = {
  sign_in: 'locked.sign_in',
  not_entitled: 'locked.not_entitled',
};
const LOCKED_SHORT: Record<LockReason, MessageKey> = {
  sign_in: 'locked.sign_in.short',
  not_entitled: 'locked.not_entitled.short',
};

/** A lock on the picture of a title that the viewer may not play. */
export function LockBadge({ reason }: { reason: LockReason }) {
  return (
    <span class="lock" title={t(LOCKED[reason])}>
      <Icon node={Lock} size={14} />
      <span class="lock-words">{t(LOCKED_SHORT[reason])}</span>
    </span>
  );
}

function defaultLine(card: CardData, shape: Shape): string {
  // A still shows the duration on the picture, so there is room for the subtitle.
  if (shape === 'still') return card.subtitle || cardFacts({ ...card, duration_s: null }).join(' · ');
  return cardFacts(card).join(' · ');
}

/** Watched or encoded fraction, as a thin line. */
export function ProgressMeter({ card, mediaState }: { card: CardData; mediaState: MediaState }) {
  const watched = watchedFraction(card);
  if (mediaState.progress && mediaState.state !== 'ready') {
    const percent = percentLabel(mediaState.progress.percent);
    return (
      <ProgressBar
        part={mediaState.progress.percent / 100}
        label={t('state.encoding_percent', { percent })}
        pending={!mediaState.playable}
      />
    );
  }
  return watched > 0 ? <ProgressBar part={watched} label={remainingLabel(card) ?? ''} /> : null;
}

function ProgressBar({ part, label, pending = false }: { part: number; label: string; pending?: boolean }) {
  return (
    <span
      class={`meter ${pending ? 'meter-waits' : ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(part * 100)}
    >
      <i style={{ width: `${part * 100}%` }} />
    </span>
  );
}
