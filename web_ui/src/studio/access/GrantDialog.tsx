/** Gives a viewer, a group or the viewers of a title a grant. */
import { CreateBase, ResourceContextProvider, useNotify } from 'react-admin';
import { useT } from '../i18n';
import { RecordForm } from '../resource/RecordForm';
import { useSchema } from '../SchemaContext';
import { Dialog } from '../ui/Dialog';
import { withoutOtherTargets } from './targets';

export function GrantDialog({
  preset,
  onClose,
  onCreated,
}: {
  preset: Record<string, unknown>;
  onClose: () => void;
  onCreated: () => void;
}) {
  const t = useT();
  const notify = useNotify();
  const resource = useSchema().find('grants');
  if (!resource) return null;
  return (
    <Dialog open title={t('grants.give')} onClose={onClose} width="md">
      <ResourceContextProvider value="grants">
        <CreateBase
          resource="grants"
          redirect={false}
          transform={withoutOtherTargets}
          mutationOptions={{
            onSuccess: () => {
              notify(t('grants.given'));
              onCreated();
              onClose();
            },
          }}
        >
          <div className="dialog-body grant-form">
            <RecordForm resource={resource} preset={preset} onCancel={onClose} />
          </div>
        </CreateBase>
      </ResourceContextProvider>
    </Dialog>
  );
}
