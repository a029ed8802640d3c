/** Buttons for a record's actions; those not applicable in its state are hidden. */
import { useState } from 'react';
import { useDataProvider, useNotify, useRefresh } from 'react-admin';
import type { StudioProvider } from '../api/dataProvider';
import type { Action, Resource, Row } from '../api/schema';
import { useT } from '../i18n';
import { actionLabel } from '../i18n/labels';
import { isEncrypted } from '../protection/Encryption';
import { Button } from '../ui/components';
import { ActionDialog } from './ActionDialog';
import { findSecret, SecretDialog } from './SecretDialog';

/** resource.action → when it is not applicable. Actions not listed here are always offered. */
const NOT_APPLICABLE: Record<string, (record: Row) => boolean> = {
  'content.publish': (r) => r.status === 'published',
  'content.unpublish': (r) => r.status !== 'published',
  'media.retry': (r) => r.state !== 'failed',
  'media.rekey': (r) => r.state !== 'ready' || !isEncrypted(r),
  'media.reencode': (r) => r.state !== 'ready' && r.state !== 'failed',
  'api_key.rotate': (r) => Boolean(r.revoked_at),
  'api_key.revoke': (r) => Boolean(r.revoked_at),
};
/** Whether an action can be used in the state of the record. */
export const isApplicable = (resource: Resource, action: string, record: Row): boolean =>
  !NOT_APPLICABLE[`${resource.name}.${action}`]?.(record);

const PRIMARY_ACTIONS = new Set(['publish', 'retry']);

export function Actions({ resource, record }: { resource: Resource; record: Row }) {
  const t = useT();
  const notify = useNotify();
  const refresh = useRefresh();
  const provider = useDataProvider<StudioProvider>();
  const [open, setOpen] = useState<Action | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const run = async (action: Action, values: Record<string, unknown>) => {
    const updated = await provider.runAction(resource.plural, record.id, action.name, values);
    setOpen(null);
    setSecret(findSecret(updated));
    notify(t('action.done', { name: actionLabel(action, resource) }));
    refresh();
  };
  return (
    <>
      {resource.actions
        .filter((a) => isApplicable(resource, a.name, record))
        .map((a) => (
          <Button
            key={a.name}
            kind={a.danger ? 'danger' : PRIMARY_ACTIONS.has(a.name) ? 'primary' : 'plain'}
            onClick={() => setOpen(a)}
            data-testid={`action-${a.name}`}
          >
            {actionLabel(a, resource)}
          </Button>
        ))}
      {open && (
        <ActionDialog
          action={open}
          resource={resource}
          onClose={() => setOpen(null)}
          onRun={(values) => run(open, values)}
        />
      )}
      {secret && <SecretDialog secret={secret} onClose={() => setSecret(null)} />}
    </>
  );
}
