/** One title: its picture, its name, where it stands. The whole card is the link. */
import { Play } from 'lucide';
import { heard } from '../isAudioOnly';
import { t } from '../i18n';
import { useLive, type Live } from '../live/mediaEvents';
import type { Card as CardData, Shape } from '../types';
import { clock, facts, left, pace, percent, share, standing } from '../labels';
import { Icon } from './Icon';
import { Picture } from './Picture';

export const RATIO: Record<Shape, number> = { still: 16 / 9, poster: 2 / 3, square: 1 };
const SIZES: Record<Shape, string> = {
  still: '(min-width: 1800px) 360px, (min-width: 1160px) 20vw, 240px',
  poster: '(min-width: 1760px) 220px, (min-width: 1060px) 12.5vw, 140px',
  square: '(min-width: 1700px) 220px, (min-width: 1080px) 13vw, 144px',
};

/** The picture that fits the shape best; a still is cut from a backdrop before a poster is bent into it. */
export function pictureFor({ images }: Pick<CardData, 'images'>, shape: Shape) {
  const { poster, still, square, backdrop } = images;
  if (shape === 'poster') return poster ?? still ?? backdrop ?? square;
  if (shape === 'square') return square ?? still ?? poster ?? backdrop;
  return still ?? backdrop ?? square ?? poster;
}

/** The shape that most of the cards have a picture for; stills where there are none. Pure. */
export function shapeOf(cards: readonly Pick<CardData, 'images'>[]): Shape {
  const count = (shape: Shape) =>
    cards.filter(({ images }) => images[shape] ?? (shape === 'still' && images.backdrop)).length;
  const shapes: Shape[] = ['poster', 'still', 'square'];
  const best = shapes.reduce((a, b) => (count(b) > count(a) ? b : a));
  return count(best) > 0 ? best : 'still';
}

export const artFor = (card: Pick<CardData, 'id' | 'title' | 'kind'>, ratio: number) =>
  ({ seed: card.id, title: card.title, kind: heard(card) ? 'sound' : 'film', ratio }) as const;

interface Props {
  card: CardData;
  shape: Shape;
  /** Straight to the player: what was begun is gone on with. */
  watch?: boolean;
  /** What stands below the title instead of year and length. */
  line?: string;
  eager?: boolean;
  tabIndex?: number;
  /** Of its heading: one below the heading it stands under. */
  level?: 2 | 3;
}

export function Card({ card, shape, watch = false, line, eager = false, tabIndex, level = 3 }: Props) {
  const Heading = level === 2 ? 'h2' : 'h3';
  const live = useLive(card);
  const waits = standing({ ...live, kind: card.kind });
  const straight = card.watch && (watch || (waits && live.playable) || card.type === 'media');
  const below = waits ?? (watch ? left(card) : null) ?? line ?? lineOf(card, shape);
  return (
    <article class={`card card-${shape}`} data-id={card.id} data-state={live.state} data-playable={live.playable}>
      <a href={straight ? card.watch! : card.href} data-item tabIndex={tabIndex}>
        <div class="frame">
          <Picture
            picture={pictureFor(card, shape)}
            sizes={SIZES[shape]}
            art={artFor(card, RATIO[shape])}
            eager={eager}
          />
          {(straight || (waits && live.playable)) && (
            <span class="play">
              <Icon node={Play} fill />
            </span>
          )}
          {shape === 'still' && card.duration_s ? <span class="badge">{clock(card.duration_s)}</span> : null}
          <Meter card={card} live={live} />
        </div>
        <Heading class="card-title" dir="auto">
          {card.title}
        </Heading>
        <p class={waits && live.playable ? 'line invites' : 'line'}>{below}</p>
        {waits && pace(live.progress) && <p class="line">{pace(live.progress)}</p>}
      </a>
    </article>
  );
}

function lineOf(card: CardData, shape: Shape): string {
  // On a still the length is on the picture; there is room for what the title says of itself.
  if (shape === 'still') return card.subtitle || facts({ ...card, duration_s: null }).join(' · ');
  return facts(card).join(' · ');
}

/** How far it was watched, or how far it is encoded: one thin line. */
export function Meter({ card, live }: { card: CardData; live: Live }) {
  const watched = share(card);
  if (live.progress && live.state !== 'ready') {
    const words = percent(live.progress.percent);
    return (
      <Line
        part={live.progress.percent / 100}
        label={t('state.encoding_percent', { percent: words })}
        waits={!live.playable}
      />
    );
  }
  return watched > 0 ? <Line part={watched} label={left(card) ?? ''} /> : null;
}

function Line({ part, label, waits = false }: { part: number; label: string; waits?: boolean }) {
  return (
    <span
      class={`meter ${waits ? 'meter-waits' : ''}`}
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
