/** The way round: home and uploads, then every resource in its group. */
import { NavLink } from 'react-router-dom';
import type { Resource } from '../api/schema';
import { useT } from '../i18n';
import { groupTitle, resourcePlural } from '../i18n/labels';
import { useSchema } from '../SchemaContext';
import { iconOf } from '../ui/icons';
import { House, Share2, Upload } from '../ui/lucide';
import { Icon } from '../ui/components';
import { useQueue } from '../uploads/uploadQueue';

const ORDER = ['Catalogue', 'Channels', 'Media', 'People', 'Team', 'Developers'];
/** On their owner's page or the account page, not a place of their own. */
const NOT_HERE = new Set(['sessions', 'credits', 'artwork', 'seasons']);

function byGroup(resources: readonly Resource[]): [string, Resource[]][] {
  const groups = new Map<string, Resource[]>();
  for (const r of resources)
    if (r.verbs.includes('list') && !NOT_HERE.has(r.plural)) groups.set(r.group, [...(groups.get(r.group) ?? []), r]);
  const place = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return [...groups].sort(([a], [b]) => place(a) - place(b));
}

export function Nav({ onGo }: { onGo?: () => void }) {
  const t = useT();
  const { resources } = useSchema();
  const sending = useQueue().filter((i) => i.state === 'running' || i.state === 'waiting').length;
  return (
    <nav className="nav" aria-label={t('nav.label')} onClick={onGo}>
      <ul>
        <li>
          <NavLink to="/" end>
            <Icon of={House} />
            {t('nav.home')}
          </NavLink>
        </li>
        <li>
          <NavLink to="/uploads">
            <Icon of={Upload} />
            {t('nav.uploads')}
            {sending > 0 && <span className="count num">{sending}</span>}
          </NavLink>
        </li>
        <li>
          <NavLink to="/exports">
            <Icon of={Share2} />
            {t('nav.exports')}
          </NavLink>
        </li>
      </ul>
      {byGroup(resources).map(([group, list]) => (
        <div key={group} className="nav-group">
          <h2>{groupTitle(group)}</h2>
          <ul>
            {list.map((r) => (
              <li key={r.plural}>
                <NavLink to={`/${r.plural}`}>
                  <Icon of={iconOf(r.icon)} />
                  {resourcePlural(r)}
                </NavLink>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
