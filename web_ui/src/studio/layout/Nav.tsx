/** The navigation: home, uploads, exports, then all resources by group. */
import { NavLink } from 'react-router-dom';
import type { Resource } from '../api/schema';
import { useT } from '../i18n';
import { groupTitle, resourcePlural } from '../i18n/labels';
import { useSchema } from '../SchemaContext';
import { iconOf } from '../ui/icons';
import { CalendarRange, House, LayoutPanelTop, Lock, Share2, Trash2, Upload, UsersRound } from '../ui/lucide';
import { Icon } from '../ui/components';
import { useUploadQueue } from '../uploads/uploadQueue';

const GROUP_ORDER = ['Catalogue', 'Channels', 'Media', 'People', 'Viewers', 'Delivery', 'Team', 'Developers'];
/** Resources shown on their owner's page or the account page. */
const HIDDEN_RESOURCES = new Set([
  'sessions',
  'credits',
  'artwork',
  'seasons',
  'users',
  'memberships',
  'invitations',
  'webhook_deliveries',
  'preview_links',
]);

function byGroup(resources: readonly Resource[]): [string, Resource[]][] {
  const groups = new Map<string, Resource[]>();
  for (const r of resources)
    if (r.verbs.includes('list') && !HIDDEN_RESOURCES.has(r.plural))
      groups.set(r.group, [...(groups.get(r.group) ?? []), r]);
  const groupRank = (name: string) => (GROUP_ORDER.includes(name) ? GROUP_ORDER.indexOf(name) : GROUP_ORDER.length);
  return [...groups].sort(([a], [b]) => groupRank(a) - groupRank(b));
}

export function Nav({ onNavigate }: { onNavigate?: () => void }) {
  const t = useT();
  const schema = useSchema();
  const { resources } = schema;
  const mayAdminister = schema.may('list', 'memberships');
  const activeUploads = useUploadQueue().filter((i) => i.state === 'running' || i.state === 'waiting').length;
  return (
    <nav className="nav" aria-label={t('nav.label')} onClick={onNavigate}>
      <ul>
        <li>
          <NavLink to="/" end>
            <Icon icon={House} />
            {t('nav.home')}
          </NavLink>
        </li>
        <li>
          <NavLink to="/uploads">
            <Icon icon={Upload} />
            {t('nav.uploads')}
            {activeUploads > 0 && <span className="count num">{activeUploads}</span>}
          </NavLink>
        </li>
        {schema.may('update', 'content') && (
          <li>
            <NavLink to="/home_layout">
              <Icon icon={LayoutPanelTop} />
              {t('layout.page')}
            </NavLink>
          </li>
        )}
        <li>
          <NavLink to="/exports">
            <Icon icon={Share2} />
            {t('nav.exports')}
          </NavLink>
        </li>
        {resources.some((r) => r.trash && r.verbs.includes('delete')) && (
          <li>
            <NavLink to="/trash">
              <Icon icon={Trash2} />
              {t('trash.title')}
            </NavLink>
          </li>
        )}
      </ul>
      {byGroup(resources).map(([group, list]) => (
        <div key={group} className="nav-group">
          <h2>{groupTitle(group)}</h2>
          <ul>
            {group === 'Team' && mayAdminister && (
              <li>
                <NavLink to="/team">
                  <Icon icon={UsersRound} />
                  {t('team.title')}
                </NavLink>
              </li>
            )}
            {group === 'Media' && mayAdminister && (
              <li>
                <NavLink to="/protection">
                  <Icon icon={Lock} />
                  {t('protection.page')}
                </NavLink>
              </li>
            )}
            {group === 'Channels' && schema.may('list', 'programs') && (
              <li>
                <NavLink to="/schedule">
                  <Icon icon={CalendarRange} />
                  {t('schedule.page')}
                </NavLink>
              </li>
            )}
            {list.map((r) => (
              <li key={r.plural}>
                <NavLink to={`/${r.plural}`}>
                  <Icon icon={iconOf(r.icon)} />
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
