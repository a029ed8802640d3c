/** Shows a secret that is displayed only once, with a copy button. */
import { useT } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { Button, CopyButton } from '../ui/components';

const UPLOAD_LINK = /\/api\/v1\/direct_uploads\//;

/** The field of a response that is shown only once, if any. */
export function findSecret(response: unknown): string | null {
  const record = (response ?? {}) as Record<string, unknown>;
  for (const name of ['secret', 'link', 'codes'])
    if (typeof record[name] === 'string' && record[name]) return record[name];
  return typeof record.url === 'string' && UPLOAD_LINK.test(record.url) ? record.url : null;
}

/** Access codes, one a line. */
const CODES = /^(?:[A-Z]{4}-){2}[A-Z]{4}(?:\n|$)/;

function wordsFor(secret: string): 'secret' | 'invitation' | 'upload' | 'codes' {
  if (CODES.test(secret)) return 'codes';
  if (UPLOAD_LINK.test(secret)) return 'upload';
  return /^https?:|^\//.test(secret) ? 'invitation' : 'secret';
}

const WORDS = {
  secret: { title: 'secret.title', once: 'secret.once', copy: 'secret.copy' },
  invitation: { title: 'secret.link_title', once: 'secret.link_once', copy: 'secret.copy_link' },
  codes: { title: 'secret.codes_title', once: 'secret.codes_once', copy: 'secret.codes_copy' },
  upload: { title: 'secret.upload_title', once: 'secret.upload_once', copy: 'secret.copy_link' },
} as const;

export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useT();
  const words = WORDS[wordsFor(secret)];
  const text = secret.startsWith('/') ? location.origin + secret : secret;
  return (
    <Dialog open title={t(words.title)} onClose={onClose} closable={false} width="md">
      <div className="dialog-body stack">
        <p>{t(words.once)}</p>
        <output className="secret mono" data-testid="secret">
          {text}
        </output>
        <div>
          <CopyButton kind="primary" text={text} label={t(words.copy)} />
        </div>
      </div>
      <footer className="dialog-foot">
        <Button onClick={onClose}>{t('secret.kept')}</Button>
      </footer>
    </Dialog>
  );
}
