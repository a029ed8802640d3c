/** The stream keys of a channel: create, rotate, revoke. */
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { explained } from '../api/problem';
import { useT } from '../i18n';
import { Button, IconButton, RelativeTime, Section, StatusBadge } from '../ui/components';
import { Dialog } from '../ui/Dialog';
import { CircleX, Plus, RefreshCw } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import { RadioGroup } from '../ui/RadioGroup';
import { KeyDialog } from './KeyDialog';
import { isValid, type NewStreamKey, type StreamKey } from './live';
import type { useStreamKeys } from './useLive';

const OVERLAPS = ['24', '1', '0'] as const;
type Question = { kind: 'create' } | { kind: 'rotate' | 'revoke'; key: StreamKey };

const nameOf = (key: StreamKey): string => key.name || key.prefix;

function KeyRow({ item, onAsk }: { item: StreamKey; onAsk: (question: Question) => void }) {
  const t = useT();
  const valid = isValid(item, Date.now());
  const name = nameOf(item);
  return (
    <li className="stream-key" data-valid={valid}>
      <span className="grow">
        <b dir="auto">{name}</b>
        <span className="muted">
          <code className="mono">{item.prefix}…</code>{' '}
          {item.last_used_at ? (
            <>
              {t('live.last_used')} <RelativeTime at={item.last_used_at} />
            </>
          ) : (
            t('live.never_used')
          )}
          {item.old_until && Date.parse(item.old_until) > Date.now() && (
            <>
              {' · '}
              {t('live.old_until')} <RelativeTime at={item.old_until} />
            </>
          )}
        </span>
      </span>
      {!valid && <StatusBadge tone="quiet">{t(item.revoked_at ? 'live.key_revoked' : 'live.key_expired')}</StatusBadge>}
      {!item.revoked_at && (
        <>
          <IconButton
            label={t('live.rotate_key', { name })}
            icon={RefreshCw}
            onClick={() => onAsk({ kind: 'rotate', key: item })}
          />
          <IconButton
            label={t('live.revoke_key', { name })}
            icon={CircleX}
            onClick={() => onAsk({ kind: 'revoke', key: item })}
          />
        </>
      )}
    </li>
  );
}

interface DialogProps {
  question: Question;
  onClose: () => void;
  onCreate: (name: string) => Promise<void>;
  onRotate: (id: string, hours: number) => Promise<void>;
  onRevoke: (id: string) => Promise<void>;
}

function KeyQuestion({ question, onClose, onCreate, onRotate, onRevoke }: DialogProps) {
  const t = useT();
  const [name, setName] = useState('');
  const [overlap, setOverlap] = useState<(typeof OVERLAPS)[number]>('24');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const title =
    question.kind === 'create'
      ? t('live.create_key')
      : t(question.kind === 'rotate' ? 'live.rotate_key' : 'live.revoke_key', { name: nameOf(question.key) });
  const run = async () => {
    setBusy(true);
    try {
      if (question.kind === 'create') await onCreate(name.trim());
      else if (question.kind === 'rotate') await onRotate(question.key.id, Number(overlap));
      else await onRevoke(question.key.id);
    } catch (refused) {
      setError(explained(refused));
      setBusy(false);
    }
  };
  return (
    <Dialog open title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <div className="dialog-body stack">
          {question.kind === 'create' && (
            <label className="layout-title">
              {t('live.key_name')}
              <input
                className="control"
                autoFocus
                maxLength={120}
                value={name}
                placeholder={t('live.key_name_example')}
                onChange={(event) => setName(event.target.value)}
              />
            </label>
          )}
          {question.kind === 'rotate' && (
            <>
              <p>{t('live.rotate_why')}</p>
              <RadioGroup
                label={t('live.overlap')}
                values={OVERLAPS}
                value={overlap}
                optionLabel={(hours) => t(`live.overlap.${hours}`)}
                onChange={setOverlap}
              />
            </>
          )}
          {question.kind === 'revoke' && <p>{t('live.revoke_why')}</p>}
          {error && (
            <p className="danger" role="alert">
              {error}
            </p>
          )}
        </div>
        <footer className="dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind={question.kind === 'revoke' ? 'danger' : 'primary'} type="submit" busy={busy}>
            {t(`live.${question.kind}`)}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

export function StreamKeys({ keys: stored }: { keys: ReturnType<typeof useStreamKeys> }) {
  const t = useT();
  const notify = useNotify();
  const [question, setQuestion] = useState<Question | null>(null);
  const [newKey, setNewKey] = useState<NewStreamKey | null>(null);
  const shown = (key: NewStreamKey) => {
    setQuestion(null);
    setNewKey(key);
  };
  const none = !stored.keys?.some((key) => isValid(key, Date.now()));
  return (
    <Section
      title={t('live.keys')}
      action={
        <Button
          kind={none ? 'primary' : 'plain'}
          small={!none}
          icon={Plus}
          onClick={() => setQuestion({ kind: 'create' })}
        >
          {t('live.create_key')}
        </Button>
      }
    >
      {stored.error !== null && <ProblemNotice error={stored.error} retry={stored.refetch} />}
      {stored.keys?.length === 0 && <p className="muted quiet-line">{t('live.no_keys')}</p>}
      <ul className="rows">
        {stored.keys?.map((key) => (
          <KeyRow key={key.id} item={key} onAsk={setQuestion} />
        ))}
      </ul>
      {question && (
        <KeyQuestion
          question={question}
          onClose={() => setQuestion(null)}
          onCreate={async (name) => shown(await stored.create(name))}
          onRotate={async (id, hours) => shown(await stored.rotate(id, hours))}
          onRevoke={async (id) => {
            await stored.revoke(id);
            setQuestion(null);
            notify(t('live.revoked'));
          }}
        />
      )}
      {newKey && <KeyDialog shownKey={newKey} onClose={() => setNewKey(null)} />}
    </Section>
  );
}
