/** A new stream key with the addresses for encoders, which are shown once. */
import { useT } from '../i18n';
import { Button, CopyButton } from '../ui/components';
import { Dialog } from '../ui/Dialog';
import { type IngestProblem, ffmpegCommand, serverOf, type NewStreamKey } from './live';

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

const KNOWN_PROBLEMS = ['port_busy', 'port_unusable', 'not_enabled', 'not_installed'] as const;

/** Why there is no address. Plugins may have problems of their own, in the language of the plugin. */
function ingestProblem({ protocol, code, message, remedy }: IngestProblem, t: ReturnType<typeof useT>): string {
  const known = KNOWN_PROBLEMS.find((one) => one === code);
  const values = { protocol: protocol.toUpperCase(), plugin: `ingest_${protocol}` };
  return known ? t(`live.problem.${known}`, values) : `${message} ${remedy}`;
}

export function KeyDialog({ shownKey, onClose }: { shownKey: NewStreamKey; onClose: () => void }) {
  const t = useT();
  const server = serverOf(shownKey.rtmp_url, shownKey.key);
  return (
    <Dialog open title={t('live.key_title')} onClose={onClose} closable={false} width="md">
      <div className="dialog-body stack">
        <p>{t('live.key_once')}</p>
        <section className="stack">
          <h3>{t('live.for_obs')}</h3>
          {server && <CopyField label={t('live.server')} value={server} />}
          <CopyField label={t('live.key')} value={shownKey.key} />
        </section>
        {shownKey.rtmp_url && (
          <section className="stack">
            <h3>ffmpeg</h3>
            <CopyField label={t('live.url')} value={shownKey.rtmp_url} />
            <CopyField label={t('live.command')} value={ffmpegCommand(shownKey.rtmp_url)} />
          </section>
        )}
        {(shownKey.srt_url || shownKey.whip_url) && (
          <section className="stack">
            <h3>{t('live.other_protocols')}</h3>
            {shownKey.srt_url && <CopyField label="SRT" value={shownKey.srt_url} />}
            {shownKey.whip_url && <CopyField label="WHIP" value={shownKey.whip_url} />}
          </section>
        )}
        {shownKey.problems
          .filter((problem) => problem.code !== 'not_enabled' || problem.protocol === 'rtmp')
          .map((problem) => (
            <p className={problem.protocol === 'rtmp' ? 'danger' : 'muted'} key={problem.protocol} role="alert">
              {ingestProblem(problem, t)}
            </p>
          ))}
      </div>
      <footer className="dialog-foot">
        <Button kind="primary" onClick={onClose}>
          {t('secret.kept')}
        </Button>
      </footer>
    </Dialog>
  );
}
