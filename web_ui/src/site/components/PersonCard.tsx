/** A person as a card: portrait, name, role. */
import type { PersonLink } from '../../../shared/viewerApi';
import { Picture } from './Picture';

export function PersonCard({ person, line, tabIndex }: { person: PersonLink; line?: string; tabIndex?: number }) {
  return (
    <a class="person" href={`/person/${encodeURIComponent(person.slug)}`} data-item tabIndex={tabIndex}>
      <span class="round">
        <Picture
          picture={person.image}
          sizes="128px"
          art={{ seed: person.slug, title: person.name, kind: 'person', ratio: 1 }}
        />
      </span>
      <span class="name" dir="auto">
        {person.name}
      </span>
      {line && (
        <span class="line" dir="auto">
          {line}
        </span>
      )}
    </a>
  );
}
