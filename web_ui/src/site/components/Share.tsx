/** The share dialog: link, embed code, and the Web Share API. */
import { Check, Copy, Share2, X } from 'lucide';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import type { ShareLinks } from '../../../shared/viewerApi';
import { embedCode } from './embedCode';
import { Icon } from './Icon';

interface Props {
  title: string;
  share: ShareLinks;
  audio: boolean;
}

export function ShareButton(props: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        class="button quiet"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        data-testid="share-button"
        data-item
      >
        <Icon node={Share2} />
        {t('share')}
      </button>
      {open && <ShareDialog {...props} close={() => setOpen(false)} />}
    </>
  );
}

function ShareDialog({ title, share, audio, close }: Props & { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const onBackdropClick = (event: MouseEvent) => {
    if (event.target === dialog.current) close();
  };
  const url = new URL(share.url, location.href).href;
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="share-title"
      onClose={close}
      onClick={onBackdropClick}
      data-testid="share"
    >
      <div class="dialog-in">
        <header>
          <h2 id="share-title" dir="auto">
            {t('share.title', { title })}
          </h2>
          <button type="button" class="icon-button" aria-label={t('close')} onClick={close}>
            <Icon node={X} />
          </button>
        </header>
        <CopyField label={t('share.link')} value={url} />
        <CopyField
          label={t('share.embed')}
          hint={t('share.embed_why')}
          value={embedCode(new URL(share.embed, location.href).href, title, audio)}
          code
        />
        {'share' in navigator && (
          <button
            type="button"
            class="button quiet"
            onClick={() => void navigator.share({ title, url }).catch(() => undefined)}
          >
            <Icon node={Share2} />
            {t('share.send')}
          </button>
        )}
      </div>
    </dialog>
  );
}

function CopyField({
  label,
  value,
  hint,
  code = false,
}: {
  label: string;
  value: string;
  hint?: string;
  code?: boolean;
}) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement & HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      // The Clipboard API requires a secure context; execCommand works without.
      document.execCommand('copy');
    }
    setCopied(true);
  };
  const Field = code ? 'textarea' : 'input';
  return (
    <div class="copied">
      <label for={id}>
        <span class="label">{label}</span>
        <Field
          ref={field}
          id={id}
          class="entry mono"
          readOnly
          rows={code ? 5 : undefined}
          value={value}
          onFocus={() => field.current?.select()}
        />
      </label>
      {hint && <p class="hint">{hint}</p>}
      <button
        type="button"
        class="button quiet"
        onClick={() => void copy()}
        aria-label={`${t('share.copy')}: ${label}`}
      >
        <Icon node={copied ? Check : Copy} />
        {t(copied ? 'share.copied' : 'share.copy')}
      </button>
      <span class="unseen" role="status">
        {copied ? t('share.copied') : ''}
      </span>
    </div>
  );
}
