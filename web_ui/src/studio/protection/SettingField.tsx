/** One setting of an account, as its JSON schema describes it. */
import { useId } from 'react';
import { schemaText, useT } from '../i18n';
import { formatDate } from '../ui/format';
import { TriangleAlert } from '../ui/lucide';
import { Icon } from '../ui/components';
import { isLong, isSecret, type Provider, type SettingSchema, type Value } from './protection';

interface Props {
  provider: Provider;
  name: string;
  schema: SettingSchema;
  value: Value;
  error: string | undefined;
  onChange: (value: Value) => void;
}

export function SettingField({ provider, name, schema, value, error, onChange }: Props) {
  const t = useT();
  const id = useId();
  const keys = [`drm.${provider.name}.${name}`, `drm.${name}`];
  const label = schemaText(schema.title ?? name, ...keys);
  const help = schemaText(schema.description, ...keys.map((key) => `${key}.help`));
  const set = provider.secrets[name];
  const secret = isSecret(schema);
  const required = (provider.settings_schema.required ?? []).includes(name);
  const described = [error && `${id}-error`, set && `${id}-set`, help && `${id}-help`].filter(Boolean).join(' ');
  const props = {
    id,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': described || undefined,
    'aria-required': (required && !set) || undefined,
  };
  const text = {
    ...props,
    value: String(value),
    maxLength: schema.maxLength,
    autoComplete: secret ? 'new-password' : 'off',
    spellCheck: false,
    placeholder: set ? '••••••••' : undefined,
    onChange: (e: { target: { value: string } }) => onChange(e.target.value),
  };
  const control = () => {
    if (schema.type === 'boolean')
      return <input {...props} type="checkbox" checked={value === true} onChange={(e) => onChange(e.target.checked)} />;
    if (schema.enum)
      return (
        <select {...props} className="control" value={String(value)} onChange={(e) => onChange(e.target.value)}>
          {schema.enum.map((option) => (
            <option key={option} value={option}>
              {option === '' ? t('protection.not_set') : option}
            </option>
          ))}
        </select>
      );
    if (isLong(schema)) return <textarea {...text} className="control mono" rows={4} />;
    const type = secret ? 'password' : schema.type === 'integer' || schema.type === 'number' ? 'number' : 'text';
    return <input {...text} className={`control ${secret ? 'mono' : ''}`} type={type} />;
  };
  return (
    <div className={`field ${error ? 'field-bad' : ''} ${isLong(schema) ? 'field-long' : ''}`}>
      <div className="field-label">
        <label htmlFor={id}>
          {label}
          {required && (
            <span className="required" aria-hidden="true">
              {' '}
              *
            </span>
          )}
        </label>
      </div>
      {control()}
      {error && (
        <p className="field-error" id={`${id}-error`}>
          <Icon icon={TriangleAlert} size={14} />
          {error}
        </p>
      )}
      {set && (
        <p className="field-help" id={`${id}-set`}>
          {t('protection.secret_set', { date: formatDate(set.set_at), name: set.set_by })}
        </p>
      )}
      {help && (
        <p className="field-help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}
