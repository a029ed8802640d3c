/** Beside every page: the requests it stands on, for each surface, to read, change, send and take away as code. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { exchangeOf, onExchange, type Answer } from '../api/http';
import type { Surface } from '../api/schema';
import { useT } from '../i18n';
import { useSchema } from '../SchemaContext';
import { BookOpen, Info, Send, X } from '../ui/lucide';
import { Button, Icon, IconButton } from '../ui/components';
import { AnswerView } from './ResponseView';
import { Code } from './CodeSnippet';
import { HeadersEditor } from './HeadersEditor';
import { send, startHeaders } from './sendRequest';
import { useShownNow, type Shown } from './pageRequests';
import type { Draft } from './snippets';
import { meaning, rewrite, SURFACES } from './rewriteRequest';

const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];
const pretty = (body: unknown): string =>
  body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body, null, 2);

function parsed(text: string): unknown {
  if (!text.trim()) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

interface Edited {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** What was really exchanged comes first; before that, what would be sent. */
function start(request: Omit<Shown, 'name'>, surface: Surface): Edited {
  const known = surface === 'dashboard' ? exchangeOf(request.method, request.url) : undefined;
  return {
    method: request.method,
    url: request.url,
    headers: known?.call.headers ?? { ...startHeaders(surface, request.method, request.body), ...request.headers },
    body: pretty(request.body ?? known?.call.body),
  };
}

function Editor({
  request,
  surface,
  dropped,
}: {
  request: Omit<Shown, 'name'>;
  surface: Surface;
  dropped: readonly string[];
}) {
  const t = useT();
  const [edited, setEdited] = useState<Edited>(() => start(request, surface));
  const [answer, setAnswer] = useState<Answer | null>(() =>
    surface === 'dashboard' ? (exchangeOf(request.method, request.url)?.answer ?? null) : null,
  );
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const touched = useRef(false);
  // The page's own requests come in after the panel is drawn.
  useEffect(
    () =>
      onExchange(() => {
        const known = surface === 'dashboard' ? exchangeOf(request.method, request.url) : undefined;
        if (!known || touched.current) return;
        setAnswer(known.answer);
        setEdited((old) => ({ ...old, headers: known.call.headers }));
      }),
    [request.method, request.url, surface],
  );
  const edit = (part: Partial<Edited>) => {
    touched.current = true;
    setEdited({ ...edited, ...part });
  };
  const draft: Draft = {
    surface,
    origin: location.origin,
    ...edited,
    body: edited.method === 'GET' ? undefined : parsed(edited.body),
  };
  const run = async () => {
    touched.current = true;
    setBusy(true);
    setFailed(false);
    try {
      setAnswer(await send(draft));
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
            <Icon of={Info} size={14} />
            {t('panel.dropped', { names: dropped.join(', ') })}
          </p>
        )}
        {surface === 'partner' && (
          <p className="panel-note">
            <Icon of={Info} size={14} />
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
      <Code draft={draft} />
      {failed ? (
        <p className="said" role="alert">
          {t('fault.network')}
        </p>
      ) : (
        <AnswerView answer={answer} />
      )}
    </>
  );
}

export function Panel({ onClose }: { onClose: () => void }) {
  const t = useT();
  const schema = useSchema();
  const shown = useShownNow();
  const [at, setAt] = useState(0);
  const [surface, setSurface] = useState<Surface>('dashboard');
  const request = shown[Math.min(at, shown.length - 1)];
  useEffect(() => setAt(0), [shown.length, shown[0]?.url.split('?')[0]]);
  const offers = useMemo(
    () => new Map(SURFACES.map((s) => [s, request ? rewrite(schema, request, s) : null])),
    [schema, request],
  );
  const offer = offers.get(surface);
  const actions = request ? meaning(schema, request) : null;
  const nameOf = (s: Shown) => (s.name === 'panel.action' ? (meaning(schema, s)?.verb ?? s.url) : t(s.name));
  const why = (s: Surface): string => {
    const o = offers.get(s);
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
          <Icon of={BookOpen} />
          {t('nav.docs')}
        </a>
        <IconButton label={t('close')} icon={X} onClick={onClose} />
      </header>
      <div className="panel-body">
        <div className="segmented" role="radiogroup" aria-label={t('panel.surface')}>
          {SURFACES.map((s) => (
            <label key={s} title={why(s)} className={why(s) ? 'off' : ''}>
              <input
                type="radio"
                name="surface"
                checked={surface === s}
                disabled={Boolean(why(s))}
                onChange={() => setSurface(s)}
              />
              <span>{t(`surface.${s}`)}</span>
            </label>
          ))}
        </div>
        {SURFACES.filter((s) => why(s)).map((s) => (
          <p key={s} className="panel-note">
            <Icon of={Info} size={14} />
            {t(`surface.${s}`)}: {why(s)}
          </p>
        ))}
        {shown.length > 1 && (
          <div className="requests" role="group" aria-label={t('panel.requests')}>
            {shown.map((s, i) => (
              <button
                key={`${s.name}${s.url.split('?')[0]}`}
                type="button"
                aria-pressed={s === request}
                onClick={() => setAt(i)}
              >
                <span className={`mono method-${s.method.toLowerCase()}`}>{s.method}</span>
                {nameOf(s)}
              </button>
            ))}
          </div>
        )}
        {!request && <p className="muted">{t('panel.nothing')}</p>}
        {request && offer && 'request' in offer && (
          <Editor
            key={`${surface} ${request.method} ${offer.request.url} ${JSON.stringify(offer.request.body ?? null)}`}
            request={{ ...request, ...offer.request, method: request.method }}
            surface={surface}
            dropped={offer.dropped}
          />
        )}
        {request && offer && 'reason' in offer && <p className="muted">{why(surface)}</p>}
      </div>
    </aside>
  );
}
