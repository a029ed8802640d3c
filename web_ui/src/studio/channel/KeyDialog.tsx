/** A new stream key with the addresses for encoders, which are shown once. */
import { useT } from '../i18n';
import { Button, CopyButton } from '../ui/components';
import { Dialog } from '../ui/Dialog';
import { ffmpegCommand, serverOf, type NewStreamKey } from './live';

function CopyField({ label, value }: { label: string; value: string }) {
  const t = useT();
  return (
    <div className="copy-field">
      <span className="muted">{label}</span>
      <output className="mono wrap">{value}</output>
      <CopyButton text={value} label={t('copy')} />
    </div>
  );
}

export function KeyDialog({ made, onClose }: { made: NewStreamKey; onClose: () => void }) {
  const t = useT();
  const server = serverOf(made.rtmp_url, made.key);
  return (
    <Dialog open title={t('live.key_title')} onClose={onClose} closable={false} width="md">
      <div className="dialog-body stack">
        <p>{t('live.key_once')}</p>
        <section className="stack">
          <h3>{t('live.for_obs')}</h3>
          {server && <CopyField label={t('live.server')} value={server} />}
          <CopyField label={t('live.key')} value={made.key} />
        </section>
        {made.rtmp_url && (
          <section className="stack">
            <h3>ffmpeg</h3>
            <CopyField label={t('live.url')} value={made.rtmp_url} />
            <CopyField label={t('live.command')} value={ffmpegCommand(made.rtmp_url)} />
          </section>
        )}
        {(made.srt_url || made.whip_url) && (
          <section className="stack">
            <h3>{t('live.other_protocols')}</h3>
            {made.srt_url && <CopyField label="SRT" value={made.srt_url} />}
            {made.whip_url && <CopyField label="WHIP" value={made.whip_url} />}
          </section>
        )}
        {!made.rtmp_url && !made.srt_url && !made.whip_url && (
          <p className="danger" role="alert">
            {t('live.no_ingest')}
          </p>
        )}
      </div>
      <footer className="dialog-foot">
        <Button kind="primary" onClick={onClose}>
          {t('secret.kept')}
        </Button>
      </footer>
    </Dialog>
  );
}
