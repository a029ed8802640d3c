/** The sheet of keyboard shortcuts (`?`). */
import { useT, type MessageKey } from '../i18n';
import { resourcePlural } from '../i18n/labels';
import { useSchema } from '../SchemaContext';
import { Dialog } from '../ui/Dialog';
import { DESTINATIONS } from './destinations';

const MAC = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);
/** The key of search and commands, as the user's keyboard names it. */
export const COMMAND_KEY = MAC ? '⌘ K' : 'Ctrl K';
const GENERAL: readonly [string, MessageKey][] = [
  [COMMAND_KEY, 'commands.title'],
  ['/', 'shortcuts.search'],
  ['N', 'shortcuts.new'],
  ['A', 'panel.open'],
  ['?', 'shortcuts.title'],
];

const Keys = ({ keys }: { keys: string }) => (
  <span className="command-keys">
    {keys.split(' ').map((k) => (
      <kbd key={k} className="shortcut-key">
        {k}
      </kbd>
    ))}
  </span>
);

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const schema = useSchema();
  const reachable = DESTINATIONS.filter((d) => !d.resource || schema.may('list', d.resource));
  return (
    <Dialog open title={t('shortcuts.title')} onClose={onClose} width="md">
      <div className="dialog-body shortcuts">
        <section>
          <h3>{t('shortcuts.general')}</h3>
          <dl>
            {GENERAL.map(([keys, label]) => (
              <div key={keys}>
                <dt>{t(label)}</dt>
                <dd>
                  <Keys keys={keys} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3>{t('shortcuts.go_to')}</h3>
          <dl>
            {reachable.map((d) => (
              <div key={d.key}>
                <dt>{d.label ? t(d.label) : resourcePlural(schema.find(d.resource!)!)}</dt>
                <dd>
                  <Keys keys={`G ${d.key.toUpperCase()}`} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}
