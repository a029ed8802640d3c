/** The cast and crew of a title or series. */
import { t } from '../i18n';
import type { Credit } from '../../../shared/viewerApi';
import { roleLabel } from '../labels';
import { Carousel } from './Carousel';
import { PersonCard } from './PersonCard';

export function Credits({ credits }: { credits: readonly Credit[] }) {
  const line = (credit: Credit) => credit.character || roleLabel(credit.role);
  return (
    <Carousel
      id="credits"
      title={t('title.cast')}
      count={credits.length}
      shape="person"
      item={(i, tabIndex) => <PersonCard person={credits[i]!.person} line={line(credits[i]!)} tabIndex={tabIndex} />}
    />
  );
}
