/** A grid of cards, in the shape for which most of them have a picture. */
import type { Card as CardData } from '../../../shared/catalogue';
import { Card, bestShape } from './Card';

interface Props {
  cards: readonly CardData[];
  lines?: readonly string[];
  eager?: boolean;
  level?: 2 | 3;
}

export function Grid({ cards, lines, eager = false, level }: Props) {
  const shape = bestShape(cards);
  return (
    <ul class={`grid grid-${shape}`} data-row>
      {cards.map((card, i) => (
        <li key={card.id}>
          <Card card={card} shape={shape} line={lines?.[i]} eager={eager && i < 6} level={level} />
        </li>
      ))}
    </ul>
  );
}
