/** The commands: pages, actions on the record that is open, new records, and the user's own. */
import { useQuery } from '@tanstack/react-query';
import { useDataProvider, useNotify, useRefresh } from 'react-admin';
import { useLocation, useNavigate } from 'react-router-dom';
import type { StudioProvider } from '../api/dataProvider';
import { get } from '../api/http';
import { recordLabel, type Resource, type Row } from '../api/schema';
import { useT } from '../i18n';
import { actionLabel, inSentence, resourcePlural, resourceTitle } from '../i18n/labels';
import { isApplicable } from '../resource/Actions';
import { useSchema } from '../SchemaContext';
import { session } from '../session/session';
import { toggleTheme } from '../theme/mode';
import { iconOf } from '../ui/icons';
import {
  CalendarRange,
  FileUp,
  House,
  LayoutPanelTop,
  Lock,
  LogOut,
  Moon,
  Pencil,
  Play,
  Plus,
  Share2,
  Trash2,
  Upload,
  User,
  UsersRound,
  type LucideIcon,
} from '../ui/lucide';
import { DESTINATIONS } from './destinations';

export interface Command {
  id: string;
  label: string;
  icon: LucideIcon;
  /** Keys that do the same. */
  keys?: string;
  run: () => void;
}
export interface CommandGroup {
  name: string;
  commands: Command[];
}

/** The record that is open: `/content/abc/show` and `/content/abc`. Pure. */
export function openRecord(pathname: string): { plural: string; id: string } | null {
  const [, plural, id] = pathname.split('/');
  return plural && id && id !== 'create' ? { plural: decodeURIComponent(plural), id: decodeURIComponent(id) } : null;
}

export function useCommands(): CommandGroup[] {
  const t = useT();
  const schema = useSchema();
  const navigate = useNavigate();
  const keyOf = (path: string) => {
    const destination = DESTINATIONS.find((d) => d.path === path);
    return destination ? { keys: `g ${destination.key}` } : {};
  };
  const page = (path: string, label: string, icon: LucideIcon): Command => ({
    id: `page ${path}`,
    label,
    icon,
    ...keyOf(path),
    run: () => navigate(path),
  });
  const listed = schema.resources.filter((r) => r.verbs.includes('list'));
  const pages = [
    page('/', t('nav.home'), House),
    page('/uploads', t('nav.uploads'), Upload),
    ...(schema.may('update', 'content') ? [page('/home_layout', t('layout.page'), LayoutPanelTop)] : []),
    ...(schema.may('list', 'programs') ? [page('/schedule', t('schedule.page'), CalendarRange)] : []),
    page('/exports', t('nav.exports'), Share2),
    ...(schema.may('create', 'content') ? [page('/import-metadata', t('metadata.title'), FileUp)] : []),
    ...(schema.resources.some((r) => r.trash && r.verbs.includes('delete'))
      ? [page('/trash', t('trash.title'), Trash2)]
      : []),
    ...(schema.may('list', 'memberships')
      ? [
          page('/team', t('team.title'), UsersRound),
          page('/protection', t('protection.page'), Lock),
          page('/protection/licences', t('protection.view.licences'), Lock),
          page('/protection/sessions', t('protection.view.sessions'), Lock),
        ]
      : []),
    ...listed
      .filter((r) => !['sessions', 'artwork', 'credits', 'memberships', 'invitations', 'users'].includes(r.plural))
      .map((r) => page(`/${r.plural}`, resourcePlural(r), iconOf(r.icon))),
    page('/account', t('nav.account'), User),
  ];
  const create = (r: Resource): Command => ({
    id: `new ${r.plural}`,
    label: t('commands.new', { name: inSentence(resourceTitle(r)) }),
    icon: Plus,
    run: () => navigate(`/${r.plural}/create`),
  });
  const actions: Command[] = [
    ...(schema.may('create', 'invitations')
      ? [{ id: 'invite', label: t('commands.invite'), icon: UsersRound, run: () => navigate('/team?invite=1') }]
      : []),
    ...(schema.may('create', 'content')
      ? [
          {
            id: 'new film',
            label: t('commands.new_film'),
            icon: Plus,
            run: () => navigate(`/content/create?source=${encodeURIComponent('{"kind":"film"}')}`),
          },
        ]
      : []),
    ...schema.resources
      .filter((r) => r.verbs.includes('create') && !['artwork', 'credits', 'invitations'].includes(r.plural))
      .map(create),
    { id: 'theme', label: t('commands.theme'), icon: Moon, run: toggleTheme },
    { id: 'sign out', label: t('nav.sign_out'), icon: LogOut, run: () => void session.logout() },
  ];
  return [
    ...useRecordCommands(),
    { name: t('commands.actions'), commands: actions },
    { name: t('commands.pages'), commands: pages },
  ];
}

/** What can be done with the record that is open: edit it, and its actions without parameters. */
function useRecordCommands(): CommandGroup[] {
  const t = useT();
  const schema = useSchema();
  const navigate = useNavigate();
  const notify = useNotify();
  const refresh = useRefresh();
  const provider = useDataProvider<StudioProvider>();
  const open = openRecord(useLocation().pathname);
  const resource = open ? schema.find(open.plural) : undefined;
  const { data: record } = useQuery({
    queryKey: ['commands', open?.plural, open?.id],
    queryFn: ({ signal }) => get<Row>(`${resource!.path}/${open!.id}`, { signal }),
    enabled: Boolean(resource?.verbs.includes('get')),
    retry: false,
  });
  if (!open || !resource || !record) return [];
  const commands: Command[] = resource.actions
    .filter((a) => !a.fields?.length && !a.danger && isApplicable(resource, a.name, record))
    .map((a) => ({
      id: `action ${a.name}`,
      label: actionLabel(a, resource),
      icon: Play,
      run: () =>
        void provider.runAction(resource.plural, record.id, a.name, {}).then(
          () => {
            notify(t('action.done', { name: actionLabel(a, resource) }));
            refresh();
          },
          (problem: Error) => notify(problem.message, { type: 'error' }),
        ),
    }));
  if (resource.verbs.includes('update'))
    commands.push({
      id: 'edit',
      label: t('edit'),
      icon: Pencil,
      run: () => navigate(`/${resource.plural}/${record.id}`),
    });
  return commands.length > 0 ? [{ name: recordLabel(resource, record), commands }] : [];
}
