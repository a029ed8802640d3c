/** Year, duration, number of episodes and age rating. */
import type { ComponentChildren } from 'preact';
import { t } from '../i18n';
import type { Card } from '../../../shared/catalogue';
import { cardFacts } from '../labels';

interface Props {
  card: Pick<Card, 'year' | 'duration_s' | 'age_rating'> & { episodes?: number };
  more?: (ComponentChildren | null)[];
}

export function Facts({ card, more = [] }: Props) {
  const facts: ComponentChildren[] = [...cardFacts(card), ...more].filter(Boolean);
  return (
    <p class="facts">
      {facts.map((fact, i) => (
        <span key={i}>{fact}</span>
      ))}
      {card.age_rating && (
        <span class="age" title={`${t('title.age')}: ${card.age_rating}`}>
          {card.age_rating}
        </span>
      )}
    </p>
  );
}
