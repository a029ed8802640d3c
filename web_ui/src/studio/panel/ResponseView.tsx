import type { RecordedResponse } from '../api/http';
import { useT } from '../i18n';
import { formatSize } from '../ui/format';
import { CopyButton, StatusBadge } from '../ui/components';

const MAX_SHOWN_CHARS = 40_000;

export function ResponseView({ answer }: { answer: RecordedResponse | null }) {
  const t = useT();
  if (!answer)
    return (
      <section className="answer">
        <h3>{t('panel.answer')}</h3>
        <p className="muted">{t('panel.not_sent')}</p>
      </section>
    );
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body, null, 2);
  const shownText = text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}\n…` : text;
  return (
    <section className="answer" data-testid="panel-answer">
      <header>
        <h3>{t('panel.answer')}</h3>
        <StatusBadge tone={answer.status < 400 ? 'ready' : 'danger'}>
          <span className="num" data-testid="panel-status">
            {answer.status}
          </span>
        </StatusBadge>
        <span className="muted num">
          {Math.round(answer.ms)} ms · {formatSize(text.length)}
        </span>
        <CopyButton kind="quiet" text={text} label={t('copy')} />
      </header>
      <details>
        <summary>
          {t('panel.headers')} <span className="count num">{Object.keys(answer.headers).length}</span>
        </summary>
        <pre className="json" tabIndex={0} role="region" aria-label={t('panel.headers')}>
          {Object.entries(answer.headers)
            .map(([k, v]) => `${k}: ${v}`)
            .join('\n')}
        </pre>
      </details>
      <pre className="json" tabIndex={0} role="region" aria-label={t('panel.answer')}>
        {shownText === 'null' ? '' : shownText}
      </pre>
    </section>
  );
}
