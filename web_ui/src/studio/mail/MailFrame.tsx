import { useT } from '../i18n';

/** A mail as it looks. The sandbox has no permissions: no scripts, no forms, no links out of the frame. */
export function MailFrame({ html }: { html: string }) {
  const t = useT();
  return <iframe className="mail-frame" title={t('mail.html')} sandbox="" srcDoc={html} />;
}
