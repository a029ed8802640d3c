/** Above the outbox: whether mails are sent, a test mail, and the templates. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNotify, useRefresh } from 'react-admin';
import { get, post } from '../api/http';
import { currentLocale, LOCALES, useT } from '../i18n';
import { optionLabel } from '../i18n/labels';
import { useSchema } from '../SchemaContext';
import { Dialog } from '../ui/Dialog';
import { Info } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Button, Icon } from '../ui/components';
import { MailFrame } from './MailFrame';
import { MAIL, useMailStatus } from './status';

function Templates({ kinds, onClose }: { kinds: readonly string[]; onClose: () => void }) {
  const t = useT();
  const [kind, setKind] = useState(kinds[0] ?? 'invitation');
  const field = useSchema()
    .find('mails')
    ?.fields.find((f) => f.name === 'kind');
  const kindName = (value: string) =>
    optionLabel(field!, field?.options?.find((o) => o.value === value) ?? { value, label: value });
  const [language, setLanguage] = useState<string>(currentLocale());
  const { data, error, refetch } = useQuery({
    queryKey: ['mail', 'preview', kind, language],
    queryFn: ({ signal }) =>
      get<{ subject: string; text: string; html: string }>(`${MAIL}/preview?kind=${kind}&language=${language}`, {
        signal,
      }),
  });
  return (
    <Dialog open title={t('mail.templates')} onClose={onClose} width="lg">
      <div className="dialog-body stack">
        <div className="mail-choice">
          <label className="field">
            <span className="field-label">{t('mail.kind')}</span>
            <select className="control" value={kind} onChange={(e) => setKind(e.target.value)}>
              {kinds.map((k) => (
                <option key={k} value={k}>
                  {kindName(k)}
                </option>
              ))}
            </select>
          </label>
          <label className="field">
            <span className="field-label">{t('team.language')}</span>
            <select className="control" value={language} onChange={(e) => setLanguage(e.target.value)}>
              {LOCALES.map((l) => (
                <option key={l.locale} value={l.locale}>
                  {l.name}
                </option>
              ))}
            </select>
          </label>
        </div>
        {error ? (
          <ProblemNotice error={error} retry={() => void refetch()} />
        ) : (
          data && (
            <>
              <MailFrame html={data.html} />
              <pre className="mail-text">{data.text}</pre>
            </>
          )
        )}
      </div>
    </Dialog>
  );
}

export function MailTools() {
  const t = useT();
  const notify = useNotify();
  const refresh = useRefresh();
  const { data } = useMailStatus();
  const [open, setOpen] = useState(false);
  if (!data) return null;
  const sendTest = () =>
    void post<{ to: string }>(`${MAIL}/test`).then(
      ({ to }) => {
        notify(t('mail.test_sent', { email: to }));
        refresh();
      },
      (problem: Error) => notify(problem.message, { type: 'error' }),
    );
  return (
    <div className="notice mail-tools">
      <Icon icon={Info} />
      <p className="grow">{data.sends ? t('mail.sends', { sender: data.sender ?? '' }) : t('mail.does_not_send')}</p>
      <Button small onClick={() => setOpen(true)}>
        {t('mail.templates')}
      </Button>
      {data.sends && (
        <Button small onClick={sendTest}>
          {t('mail.send_test')}
        </Button>
      )}
      {open && <Templates kinds={data.kinds} onClose={() => setOpen(false)} />}
    </div>
  );
}
