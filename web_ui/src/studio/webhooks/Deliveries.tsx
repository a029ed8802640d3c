/** The deliveries of a webhook, newest first. An opened one shows its attempts, their responses and the payload. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { get, post } from '../api/http';
import type { Resource, Row } from '../api/schema';
import { fieldType } from '../fields';
import { useT } from '../i18n';
import { formatDateTime } from '../ui/format';
import { Check, RotateCcw, TriangleAlert } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Button, Icon, RelativeTime, Section } from '../ui/components';

export interface Attempt {
  at: string;
  took_s: number;
  outcome: 'delivered' | 'retry' | 'failed' | 'gone';
  status: number | null;
  response: string;
  error: string;
}
interface Delivery extends Row {
  event_type: string;
  state: string;
  attempts: number;
  next_at: string | null;
  created_at: string;
  log: Attempt[];
  payload: unknown;
}
const PAGE = 25;
const MAX = 200;

function AttemptLine({ attempt }: { attempt: Attempt }) {
  const t = useT();
  const good = attempt.outcome === 'delivered';
  const text = attempt.error || attempt.response;
  return (
    <li className={`attempt ${good ? '' : 'attempt-bad'}`}>
      <Icon icon={good ? Check : TriangleAlert} size={14} />
      <span className="attempt-words">
        <span>
          <b className="num">{attempt.status ?? t('webhook.no_response')}</b>
          <span className="muted num">
            {' '}
            · {Math.round(attempt.took_s * 1000)} ms · <RelativeTime at={attempt.at} />
          </span>
        </span>
        {text && <code className="mono wrap">{text}</code>}
      </span>
    </li>
  );
}

function DeliveryRow({
  delivery,
  resource,
  onResend,
}: {
  delivery: Delivery;
  resource: Resource;
  onResend: () => void;
}) {
  const t = useT();
  const state = resource.fields.find((f) => f.name === 'state')!;
  const { Column } = fieldType(state.type);
  const last = delivery.log.at(-1);
  return (
    <li>
      <details className="delivery">
        <summary>
          <span className="name mono">{delivery.event_type}</span>
          <Column field={state} resource={resource} record={delivery} value={delivery.state} />
          <span className="num muted">{last?.status ?? ''}</span>
          <span className="muted delivery-time" title={formatDateTime(delivery.created_at)}>
            <RelativeTime at={delivery.created_at} />
          </span>
        </summary>
        <div className="delivery-body">
          <div className="delivery-line">
            <span className="muted grow">
              {delivery.state === 'waiting' && delivery.next_at ? (
                <>
                  {t('webhook.next_attempt')} <RelativeTime at={delivery.next_at} />
                </>
              ) : (
                t('webhook.attempts', { smart_count: delivery.attempts })
              )}
            </span>
            <Button small icon={RotateCcw} onClick={onResend}>
              {t('webhook.resend')}
            </Button>
          </div>
          <ol className="attempts" aria-label={t('webhook.attempts', { smart_count: delivery.attempts })}>
            {delivery.log.map((attempt, i) => (
              <AttemptLine key={i} attempt={attempt} />
            ))}
          </ol>
          <pre className="mail-text" tabIndex={0} role="region" aria-label={t('webhook.payload')}>
            {JSON.stringify(delivery.payload, null, 2)}
          </pre>
        </div>
      </details>
    </li>
  );
}

export function Deliveries({ resource, webhook }: { resource: Resource; webhook: string }) {
  const t = useT();
  const notify = useNotify();
  const [limit, setLimit] = useState(PAGE);
  const { data, error, refetch } = useQuery({
    queryKey: ['deliveries', webhook, limit],
    queryFn: ({ signal }) =>
      get<{ items: Delivery[]; next: string | null }>(
        `${resource.path}?webhook=${webhook}&sort=-created_at&limit=${limit}`,
        { signal },
      ),
    placeholderData: (previous) => previous,
    refetchInterval: (query) => (query.state.data?.items.some((d) => d.state === 'waiting') ? 5000 : false),
  });
  const resend = (id: string) =>
    void post(`${resource.path}/${id}/replay`).then(
      () => {
        notify(t('webhook.resent'));
        void refetch();
      },
      (problem: Error) => notify(problem.message, { type: 'error' }),
    );
  if (error && !data) return <ProblemNotice error={error} retry={() => void refetch()} />;
  const items = data?.items ?? [];
  return (
    <Section title={t('webhook.deliveries')}>
      {data && items.length === 0 && <p className="muted quiet-line">{t('webhook.none')}</p>}
      <ul className="rows deliveries">
        {items.map((d) => (
          <DeliveryRow key={d.id} delivery={d} resource={resource} onResend={() => resend(d.id)} />
        ))}
      </ul>
      {data?.next && limit < MAX && (
        <div className="delivery-line">
          <Button onClick={() => setLimit((n) => Math.min(MAX, n * 2))}>{t('webhook.more')}</Button>
        </div>
      )}
    </Section>
  );
}
