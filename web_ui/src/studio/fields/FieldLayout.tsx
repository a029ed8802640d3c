/** Label, help and error of an input, linked with ARIA. */
import type { ReactNode } from 'react';
import { fieldHelp, fieldLabel } from '../i18n/labels';
import { translate } from '../i18n';
import { TriangleAlert } from '../ui/lucide';
import { Icon } from '../ui/components';
import type { FieldInputProps } from './types';

interface Props extends Pick<FieldInputProps, 'field' | 'resource'> {
  id: string;
  error?: string | undefined;
  children: ReactNode;
  group?: boolean;
  extra?: ReactNode;
}

export const describedByIds = (id: string, field: { help?: string }, error: unknown): string | undefined =>
  [error ? `${id}-error` : '', field.help ? `${id}-help` : ''].filter(Boolean).join(' ') || undefined;

/** react-admin wraps validator messages; the server's are plain. */
export function errorText(message: string | undefined): string | undefined {
  if (!message) return undefined;
  const inner = message.startsWith('@@react-admin@@')
    ? (JSON.parse(message.slice(15)) as string | { message: string; args?: Record<string, string | number> })
    : message;
  return typeof inner === 'string' ? translate(inner) : translate(inner.message, inner.args);
}

export function FieldLayout({ field, resource, id, error, children, group = false, extra }: Props) {
  const message = errorText(error);
  const label = (
    <>
      {fieldLabel(field, resource)}
      {field.required && (
        <span className="required" aria-hidden="true">
          {' '}
          *
        </span>
      )}
    </>
  );
  const body = (
    <>
      <div className="field-label">
        {group ? (
          <span id={`${id}-label`}>{label}</span>
        ) : (
          <label htmlFor={id} id={`${id}-label`}>
            {label}
          </label>
        )}
        {extra}
      </div>
      {children}
      {message && (
        <p className="field-error" id={`${id}-error`}>
          <Icon icon={TriangleAlert} size={14} />
          {message}
        </p>
      )}
      {field.help && (
        <p className="field-help" id={`${id}-help`}>
          {fieldHelp(field, resource)}
        </p>
      )}
    </>
  );
  return group ? (
    <div
      role="group"
      aria-labelledby={`${id}-label`}
      aria-describedby={describedByIds(id, field, message)}
      className={`field ${message ? 'field-bad' : ''}`}
    >
      {body}
    </div>
  ) : (
    <div className={`field ${message ? 'field-bad' : ''}`}>{body}</div>
  );
}
