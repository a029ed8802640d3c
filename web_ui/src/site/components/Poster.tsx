/** The poster or cover of a title page; none if the title has only a still, which is the backdrop. */
import { isAudioOnly } from '../isAudioOnly';
import type { Card } from '../../../shared/catalogue';
import { placeholderFor } from './Card';
import { Picture } from './Picture';

export function Poster({ card }: { card: Card }) {
  const { poster, square } = card.images;
  const picture = isAudioOnly(card) ? (square ?? poster) : (poster ?? square);
  if (!picture) return null;
  const shape = picture === square ? 'square' : 'poster';
  return (
    <div class={`title-poster title-${shape}`}>
      <Picture
        picture={picture}
        sizes="(min-width: 1280px) 280px, (min-width: 768px) 20vw, 140px"
        art={placeholderFor(card, shape === 'square' ? 1 : 2 / 3)}
        eager
        decorative={false}
      />
    </div>
  );
}
