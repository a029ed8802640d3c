/** A mail of the outbox: its state, the mail as it looks, its text and its link. */
import { ShowBase, useShowContext } from 'react-admin';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { resourcePlural } from '../i18n/labels';
import { usePageRequests } from '../panel/pageRequests';
import { Actions } from '../resource/Actions';
import { PageHead } from '../resource/PageHead';
import { FieldList, recordRequests } from '../resource/ShowPage';
import { useCurrentResource } from '../SchemaContext';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Bars, CopyButton, Section } from '../ui/components';
import { MailFrame } from './MailFrame';
import { useMailStatus } from './status';

const CONTENT = new Set(['id', 'link', 'text', 'html', 'readable', 'subject', 'updated_at']);

function Body() {
  const t = useT();
  const resource = useCurrentResource();
  const { record, isPending, error, refetch } = useShowContext<Row>();
  const { data: status } = useMailStatus();
  usePageRequests(record ? recordRequests(resource, record.id) : []);
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (isPending || !record)
    return (
      <div className="waiting" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </div>
    );
  const filled = resource.fields.filter(
    (f) => !CONTENT.has(f.name) && record[f.name] !== null && record[f.name] !== '',
  );
  return (
    <div className="show-page">
      <PageHead title={String(record.subject ?? '')} up={{ to: '/mails', label: resourcePlural(resource) }}>
        {typeof record.link === 'string' && <CopyButton text={record.link} label={t('secret.copy_link')} />}
        {status?.sends && <Actions resource={resource} record={record} />}
      </PageHead>
      <div className="stack wide-gap">
        <FieldList fields={filled} resource={resource} record={record} />
        {record.readable ? (
          <>
            <Section title={t('mail.html')}>
              <MailFrame html={String(record.html ?? '')} />
            </Section>
            <Section title={t('mail.text')}>
              <pre className="mail-text" dir="auto">
                {String(record.text ?? '')}
              </pre>
            </Section>
          </>
        ) : (
          <p className="muted">{t('mail.hidden')}</p>
        )}
      </div>
    </div>
  );
}

export function MailPage() {
  return (
    <ShowBase queryOptions={{ retry: false }}>
      <Body />
    </ShowBase>
  );
}
