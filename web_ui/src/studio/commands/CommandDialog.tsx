/** Search and commands (Ctrl K): records from the server, and commands filtered by the same words. */
import MuiDialog from '@mui/material/Dialog';
import { useQuery } from '@tanstack/react-query';
import { Command as Cmdk } from 'cmdk';
import { useEffect, useId, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { get } from '../api/http';
import { useT } from '../i18n';
import { optionLabel, resourceTitle } from '../i18n/labels';
import { useSchema } from '../SchemaContext';
import { iconOf } from '../ui/icons';
import { Search } from '../ui/lucide';
import { Bars, Icon } from '../ui/components';
import { matchesWords } from './matchesWords';
import { useCommands, type Command } from './useCommands';

interface Found {
  resource: string;
  plural: string;
  id: string;
  label: string;
  details: Record<string, string>;
}
const SEARCH = '/api/v1/dashboard/search';
const PAUSE_MS = 120;
/** Records that are shown on the page of the team. */
const ON_TEAM_PAGE = new Set(['users', 'invitations']);

function useDelayed(value: string): string {
  const [delayed, setDelayed] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setDelayed(value), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [value]);
  return delayed;
}

function Item({ command, onRun }: { command: Command; onRun: (run: () => void) => void }) {
  return (
    <Cmdk.Item value={command.id} onSelect={() => onRun(command.run)} className="command">
      <Icon icon={command.icon} />
      <span className="grow">{command.label}</span>
      {command.keys && (
        <span className="command-keys wide-only" aria-hidden="true">
          {command.keys.split(' ').map((k) => (
            <span key={k} className="key" data-key={k.toUpperCase()} />
          ))}
        </span>
      )}
    </Cmdk.Item>
  );
}

export default function CommandDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const schema = useSchema();
  const navigate = useNavigate();
  const groups = useCommands();
  const [text, setText] = useState('');
  const [selected, setSelected] = useState('');
  const title = useId();
  const words = useDelayed(text.trim());
  const { data, isFetching, error } = useQuery({
    queryKey: ['search', words],
    queryFn: ({ signal }) =>
      get<{ items: Found[] }>(`${SEARCH}?q=${encodeURIComponent(words.slice(0, 100))}`, { signal }),
    enabled: words.length > 0,
    placeholderData: (previous) => previous,
    retry: false,
  });
  const records = text.trim() ? (data?.items ?? []) : [];
  const run = (call: () => void) => {
    onClose();
    call();
  };
  const shown = groups
    .map((g) => ({ ...g, commands: g.commands.filter((c) => matchesWords(c.label, text)) }))
    .filter((g) => g.commands.length > 0);
  // The first entry is selected, whenever the results change.
  const first = records[0] ? `${records[0].resource} ${records[0].id}` : (shown[0]?.commands[0]?.id ?? '');
  useEffect(() => setSelected(first), [first]);
  const detailOf = (item: Found): string => {
    const resource = schema.find(item.resource);
    const kind = resource?.fields.find((f) => f.name === 'kind');
    const option = kind?.options?.find((o) => o.value === item.details.kind);
    if (kind && option) return optionLabel(kind, option);
    return resource ? resourceTitle(resource) : item.resource;
  };
  const pathOf = (item: Found) => (ON_TEAM_PAGE.has(item.plural) ? '/team' : `/${item.plural}/${item.id}/show`);
  return (
    <MuiDialog open onClose={onClose} aria-labelledby={title} className="commands-dialog" maxWidth="sm" fullWidth>
      <h2 id={title} className="sr">
        {t('commands.title')}
      </h2>
      <Cmdk value={selected} onValueChange={setSelected} shouldFilter={false} label={t('commands.title')} loop>
        <div className="commands-input">
          <Icon icon={Search} />
          <Cmdk.Input autoFocus value={text} onValueChange={setText} placeholder={t('commands.placeholder')} />
          {isFetching && <Bars className="loading btn-bars" />}
        </div>
        <Cmdk.List className="commands-list" label={t('commands.results')}>
          {records.length > 0 && (
            <Cmdk.Group heading={t('commands.found')}>
              {records.map((item) => (
                <Cmdk.Item
                  key={`${item.resource} ${item.id}`}
                  value={`${item.resource} ${item.id}`}
                  onSelect={() => run(() => navigate(pathOf(item)))}
                  className="command"
                >
                  <Icon icon={iconOf(schema.find(item.resource)?.icon)} />
                  <span className="grow" dir="auto">
                    {item.label}
                  </span>
                  <span className="muted command-detail">{detailOf(item)}</span>
                </Cmdk.Item>
              ))}
            </Cmdk.Group>
          )}
          {shown.map((g) => (
            <Cmdk.Group key={g.name} heading={g.name}>
              {g.commands.map((c) => (
                <Item key={c.id} command={c} onRun={run} />
              ))}
            </Cmdk.Group>
          ))}
          <Cmdk.Empty className="commands-empty muted">
            {error ? (error as Error).message : t('list.nothing_found')}
          </Cmdk.Empty>
        </Cmdk.List>
      </Cmdk>
    </MuiDialog>
  );
}
