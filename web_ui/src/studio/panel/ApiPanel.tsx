/** The API panel: the requests of the current page for each API surface, to inspect, edit, send and copy as code. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { exchangeOf, onExchange, type RecordedResponse } from '../api/http';
import type { Surface } from '../api/schema';
import { useT } from '../i18n';
import { useSchema } from '../SchemaContext';
import { BookOpen, Info, Send, X } from '../ui/lucide';
import { Button, Icon, IconButton } from '../ui/components';
import { ResponseView } from './ResponseView';
import { CodeSnippet } from './CodeSnippet';
import { HeadersEditor } from './HeadersEditor';
import { sendRequest, defaultHeaders } from './sendRequest';
import { useCurrentRequests, type PageRequest } from './pageRequests';
import type { Draft } from './snippets';
import { parseRequest, rewriteRequest, SURFACES } from './rewriteRequest';

const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];
const bodyText = (body: unknown): string =>
  body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body, null, 2);

function parseBody(text: string): unknown {
  if (!text.trim()) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

interface EditedRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** The recorded request, else the one that would be sent. */
function initialRequest(request: Omit<PageRequest, 'name'>, surface: Surface): EditedRequest {
  const recorded = surface === 'dashboard' ? exchangeOf(request.method, request.url) : undefined;
  return {
    method: request.method,
    url: request.url,
    headers: recorded?.request.headers ?? {
      ...defaultHeaders(surface, request.method, request.body),
      ...request.headers,
    },
    body: bodyText(request.body ?? recorded?.request.body),
  };
}

function Editor({
  request,
  surface,
  dropped,
}: {
  request: Omit<PageRequest, 'name'>;
  surface: Surface;
  dropped: readonly string[];
}) {
  const t = useT();
  const [edited, setEdited] = useState<EditedRequest>(() => initialRequest(request, surface));
  const [answer, setAnswer] = useState<RecordedResponse | null>(() =>
    surface === 'dashboard' ? (exchangeOf(request.method, request.url)?.response ?? null) : null,
  );
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const userEdited = useRef(false);
  // Requests of the page may finish after the panel has rendered.
  useEffect(
    () =>
      onExchange(() => {
        const recorded = surface === 'dashboard' ? exchangeOf(request.method, request.url) : undefined;
        if (!recorded || userEdited.current) return;
        setAnswer(recorded.response);
        setEdited((old) => ({ ...old, headers: recorded.request.headers }));
      }),
    [request.method, request.url, surface],
  );
  const edit = (part: Partial<EditedRequest>) => {
    userEdited.current = true;
    setEdited({ ...edited, ...part });
  };
  const draft: Draft = {
    surface,
    origin: location.origin,
    ...edited,
    body: edited.method === 'GET' ? undefined : parseBody(edited.body),
  };
  const run = async () => {
    userEdited.current = true;
    setBusy(true);
    setFailed(false);
    try {
      setAnswer(await sendRequest(draft));
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <form
        className="request"
        onSubmit={(e) => {
          e.preventDefault();
          void run();
        }}
      >
        <div className="request-line">
          <select
            className={`control mono method method-${edited.method.toLowerCase()}`}
            aria-label={t('panel.method')}
            value={edited.method}
            onChange={(e) => edit({ method: e.target.value })}
          >
            {METHODS.map((m) => (
              <option key={m}>{m}</option>
            ))}
          </select>
          <textarea
            className="control mono url"
            aria-label={t('panel.url')}
            rows={Math.min(5, Math.ceil(edited.url.length / 46))}
            spellCheck={false}
            value={edited.url}
            onChange={(e) => edit({ url: e.target.value.replace(/\s/g, '') })}
            data-testid="panel-url"
          />
          <Button kind="primary" type="submit" icon={Send} busy={busy} data-testid="panel-send">
            {t('panel.send')}
          </Button>
        </div>
        {dropped.length > 0 && (
          <p className="panel-note">
            <Icon icon={Info} size={14} />
            {t('panel.dropped', { names: dropped.join(', ') })}
          </p>
        )}
        {surface === 'partner' && (
          <p className="panel-note">
            <Icon icon={Info} size={14} />
            {t('panel.key_note')}
          </p>
        )}
        <HeadersEditor headers={edited.headers} onChange={(headers) => edit({ headers })} />
        {edited.method !== 'GET' && (
          <details open>
            <summary>{t('panel.body')}</summary>
            <textarea
              className="control mono body"
              aria-label={t('panel.body')}
              rows={Math.min(14, Math.max(4, edited.body.split('\n').length))}
              spellCheck={false}
              value={edited.body}
              onChange={(e) => edit({ body: e.target.value })}
            />
          </details>
        )}
      </form>
      <CodeSnippet draft={draft} />
      {failed ? (
        <p className="said" role="alert">
          {t('fault.network')}
        </p>
      ) : (
        <ResponseView answer={answer} />
      )}
    </>
  );
}

export function ApiPanel({ onClose }: { onClose: () => void }) {
  const t = useT();
  const schema = useSchema();
  const requests = useCurrentRequests();
  const [index, setIndex] = useState(0);
  const [surface, setSurface] = useState<Surface>('dashboard');
  const request = requests[Math.min(index, requests.length - 1)];
  useEffect(() => setIndex(0), [requests.length, requests[0]?.url.split('?')[0]]);
  const rewrites = useMemo(
    () => new Map(SURFACES.map((s) => [s, request ? rewriteRequest(schema, request, s) : null])),
    [schema, request],
  );
  const rewritten = rewrites.get(surface);
  const actions = request ? parseRequest(schema, request) : null;
  const requestLabel = (s: PageRequest) =>
    s.name === 'panel.action' ? (parseRequest(schema, s)?.verb ?? s.url) : t(s.name);
  const unavailableReason = (s: Surface): string => {
    const o = rewrites.get(s);
    return o && 'reason' in o
      ? t(`panel.${o.reason}`, { verb: o.verb ?? '', name: actions?.resource.title_plural ?? '' })
      : '';
  };
  return (
    <aside
      className="panel"
      aria-label={t('panel.title')}
      data-testid="api-panel"
      onKeyDown={(e) => {
        if (e.key === 'Escape') onClose();
      }}
    >
      <header className="panel-head">
        <h2>{t('panel.title')}</h2>
        <a className="link" href="/docs" target="_blank" rel="noopener">
          <Icon icon={BookOpen} />
          {t('nav.docs')}
        </a>
        <IconButton label={t('close')} icon={X} onClick={onClose} />
      </header>
      <div className="panel-body">
        <div className="segmented" role="radiogroup" aria-label={t('panel.surface')}>
          {SURFACES.map((s) => (
            <label key={s} title={unavailableReason(s)} className={unavailableReason(s) ? 'off' : ''}>
              <input
                type="radio"
                name="surface"
                checked={surface === s}
                disabled={Boolean(unavailableReason(s))}
                onChange={() => setSurface(s)}
              />
              <span>{t(`surface.${s}`)}</span>
            </label>
          ))}
        </div>
        {SURFACES.filter((s) => unavailableReason(s)).map((s) => (
          <p key={s} className="panel-note">
            <Icon icon={Info} size={14} />
            {t(`surface.${s}`)}: {unavailableReason(s)}
          </p>
        ))}
        {requests.length > 1 && (
          <div className="requests" role="group" aria-label={t('panel.requests')}>
            {requests.map((s, i) => (
              <button
                key={`${s.name}${s.url.split('?')[0]}`}
                type="button"
                aria-pressed={s === request}
                onClick={() => setIndex(i)}
              >
                <span className={`mono method-${s.method.toLowerCase()}`}>{s.method}</span>
                {requestLabel(s)}
              </button>
            ))}
          </div>
        )}
        {!request && <p className="muted">{t('panel.nothing')}</p>}
        {request && rewritten && 'request' in rewritten && (
          <Editor
            key={[
              surface,
              request.method,
              rewritten.request.url,
              JSON.stringify(rewritten.request.body ?? null),
            ].join()}
            request={{ ...request, ...rewritten.request, method: request.method }}
            surface={surface}
            dropped={rewritten.dropped}
          />
        )}
        {request && rewritten && 'reason' in rewritten && <p className="muted">{unavailableReason(surface)}</p>}
      </div>
    </aside>
  );
}
