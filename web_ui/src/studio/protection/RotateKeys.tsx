/** Encrypts what the vault has of the organization with a new data key. */
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { useT } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { Button, Section } from '../ui/components';
import { protection } from './protection';

export function RotateKeys() {
  const t = useT();
  const notify = useNotify();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const rotate = async () => {
    setBusy(true);
    try {
      const { secrets } = await protection.rotate();
      notify(t('protection.rotated', { smart_count: secrets }));
      setOpen(false);
    } catch (problem) {
      notify((problem as Error).message, { type: 'error' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section
      title={t('protection.vault')}
      action={<Button onClick={() => setOpen(true)}>{t('protection.rotate')}</Button>}
    >
      <p className="muted quiet-line">{t('protection.vault_why')}</p>
      <Dialog open={open} title={t('protection.rotate_title')} onClose={() => setOpen(false)}>
        <div className="dialog-body stack">
          <p>{t('protection.rotate_what')}</p>
          <p className="muted">{t('protection.rotate_not')}</p>
        </div>
        <footer className="dialog-foot">
          <Button onClick={() => setOpen(false)}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} onClick={() => void rotate()}>
            {t('protection.rotate')}
          </Button>
        </footer>
      </Dialog>
    </Section>
  );
}
