/** A title that could not be prepared: a line with an icon, what happened, and the code small. */
import { TriangleAlert } from 'lucide';
import { watchPath, type Media } from '../api';
import { el, icon, setText } from '../dom';
import { failure } from '../words';
import type { Card } from './card';

export function failedRow(first: Media): Card {
  const link = el('a', { href: watchPath(first.id) });
  const sentence = el('p', { class: 'why' });
  const code = el('p', { class: 'code' });
  const element = el('article', { class: 'failed', 'data-testid': 'card', 'data-id': first.id, 'data-state': 'failed' },
    icon(TriangleAlert, 20), el('h3', { dir: 'auto' }, link), sentence, code);

  function update(media: Media): void {
    const why = failure(media);
    setText(link, media.title);
    setText(sentence, why.sentence);
    setText(code, why.code);
  }

  update(first);
  return { element, update, tick: () => undefined };
}
