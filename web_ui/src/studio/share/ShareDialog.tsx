import type { Resource, Row } from '../api/schema';
import { useT } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { PreviewLinks } from './PreviewLinks';
import { SharePanel } from './SharePanel';

export function ShareDialog({ resource, record, onClose }: { resource: Resource; record: Row; onClose: () => void }) {
  const t = useT();
  return (
    <Dialog open title={t('share.title')} onClose={onClose} width="lg">
      <div className="dialog-body">
        <SharePanel resource={resource} record={record} />
        <PreviewLinks record={record} />
      </div>
    </Dialog>
  );
}
