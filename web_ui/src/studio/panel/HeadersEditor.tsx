import { useEffect, useState } from 'react';
import { useT } from '../i18n';

const headersToText = (headers: Record<string, string>) =>
  Object.entries(headers)
    .map(([k, v]) => `${k}: ${v}`)
    .join('\n');

export function parseHeaders(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at > 0 && /^[\w!#$%&'*+.^`|~-]+$/.test(line.slice(0, at).trim())
        ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()]]
        : [];
    }),
  );
}

export function HeadersEditor({
  headers,
  onChange,
}: {
  headers: Record<string, string>;
  onChange: (headers: Record<string, string>) => void;
}) {
  const t = useT();
  const [text, setText] = useState(() => headersToText(headers));
  useEffect(() => {
    if (headersToText(parseHeaders(text)) !== headersToText(headers)) setText(headersToText(headers));
  }, [headers]);
  return (
    <details>
      <summary>
        {t('panel.headers')} <span className="count num">{Object.keys(headers).length}</span>
      </summary>
      <textarea
        className="control mono body"
        aria-label={t('panel.headers')}
        rows={Math.max(2, text.split('\n').length)}
        spellCheck={false}
        value={text}
        onChange={(e) => {
          setText(e.target.value);
          onChange(parseHeaders(e.target.value));
        }}
      />
    </details>
  );
}
