/** Shows a secret that is displayed only once, with a copy button. */
import { useT } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { Button, CopyButton } from '../ui/components';

/** The field of a response that is shown only once, if any. */
export function findSecret(response: unknown): string | null {
  const record = (response ?? {}) as Record<string, unknown>;
  for (const name of ['secret', 'link']) if (typeof record[name] === 'string' && record[name]) return record[name];
  return null;
}

export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useT();
  const link = /^https?:/.test(secret);
  return (
    <Dialog
      open
      title={link ? t('secret.link_title') : t('secret.title')}
      onClose={onClose}
      closable={false}
      width="md"
    >
      <div className="dialog-body stack">
        <p>{link ? t('secret.link_once') : t('secret.once')}</p>
        <output className="secret mono" data-testid="secret">
          {secret}
        </output>
        <div>
          <CopyButton kind="primary" text={secret} label={link ? t('secret.copy_link') : t('secret.copy')} />
        </div>
      </div>
      <footer className="dialog-foot">
        <Button onClick={onClose}>{t('secret.kept')}</Button>
      </footer>
    </Dialog>
  );
}
