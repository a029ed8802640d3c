/** Which provider gives the licences, how many keys a title gets, and what devices must prove and protect. */
import { useState } from 'react';
import { useT } from '../i18n';
import { TriangleAlert } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Button, Icon, Section } from '../ui/components';
import {
  protection,
  systemName,
  type DeviceSecurity,
  type KeyMode,
  type Protection,
  type Provider,
} from './protection';

const KEY_MODES: readonly KeyMode[] = ['class', 'title'];
const SECURITIES: readonly DeviceSecurity[] = ['any', 'software', 'hardware'];

function Option({
  name,
  label,
  children,
  checked,
  onChange,
}: {
  name: string;
  label: string;
  children: React.ReactNode;
  checked: boolean;
  onChange: () => void;
}) {
  return (
    <label className="option-row">
      <input type="radio" name={name} checked={checked} onChange={onChange} />
      <span className="option-words">
        <b>{label}</b>
        <span className="muted">{children}</span>
      </span>
    </label>
  );
}

export function useProviderSentence(): (provider: Provider) => string {
  const t = useT();
  return (provider) => {
    if (provider.name === 'clearkey') return t('protection.clearkey_why');
    const systems = t('protection.systems', { systems: provider.systems.map(systemName).join(', ') });
    return provider.issues_keys ? `${systems} ${t('protection.issues_keys')}` : systems;
  };
}

export function Choice({ data, onChange }: { data: Protection; onChange: (data: Protection, done: string) => void }) {
  const t = useT();
  const sentence = useProviderSentence();
  const [provider, setProvider] = useState(data.provider);
  const [keys, setKeys] = useState<KeyMode>(data.keys);
  const [proofRequired, setProofRequired] = useState(data.proof_required);
  const [security, setSecurity] = useState(data.device_security);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const choice = { provider, keys, proof_required: proofRequired, device_security: security };
  const changed = Object.entries(choice).some(([name, value]) => data[name as keyof typeof choice] !== value);
  const chosen = data.providers.find((p) => p.name === provider);
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      onChange(await protection.choose(choice), t('protection.chosen'));
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={t('protection.choice')}>
      {data.problem && (
        <p className="protection-warning" role="alert">
          <Icon icon={TriangleAlert} />
          <span>
            {data.problem.code === 'drm_not_configured'
              ? t('protection.incomplete', {
                  name: data.providers.find((p) => p.name === data.provider)?.label ?? data.provider,
                })
              : data.problem.code === 'drm_not_enabled'
                ? t('protection.not_enabled', { name: data.provider })
                : `${data.problem.message} ${data.problem.remedy}`}
          </span>
        </p>
      )}
      <fieldset className="options">
        <legend>{t('protection.provider')}</legend>
        {data.providers.map((p) => (
          <Option
            key={p.name}
            name="provider"
            label={p.label}
            checked={p.name === provider}
            onChange={() => setProvider(p.name)}
          >
            {sentence(p)}
          </Option>
        ))}
      </fieldset>
      <fieldset className="options">
        <legend>{t('protection.keys')}</legend>
        {KEY_MODES.map((mode) => (
          <Option
            key={mode}
            name="keys"
            label={t(`protection.keys.${mode}`)}
            checked={mode === keys}
            onChange={() => setKeys(mode)}
          >
            {t(`protection.keys.${mode}_why`)}
          </Option>
        ))}
      </fieldset>
      <fieldset className="options">
        <legend>{t('protection.devices')}</legend>
        <label className="option-row">
          <input type="checkbox" checked={proofRequired} onChange={(e) => setProofRequired(e.target.checked)} />
          <span className="option-words">
            <b>{t('protection.proof_required')}</b>
            <span className="muted">{t('protection.proof_required_why')}</span>
          </span>
        </label>
      </fieldset>
      <fieldset className="options">
        <legend>{t('protection.security')}</legend>
        {SECURITIES.map((level) => (
          <Option
            key={level}
            name="security"
            label={t(`protection.security.${level}`)}
            checked={level === security}
            onChange={() => setSecurity(level)}
          >
            {t(`protection.security.${level}_why`)}
          </Option>
        ))}
      </fieldset>
      {changed && (
        <ul className="protection-effects">
          {provider !== data.provider && <li>{t('protection.effect.provider')}</li>}
          {provider !== data.provider && chosen?.issues_keys && (
            <li>{t('protection.effect.issues_keys', { name: chosen.label })}</li>
          )}
          {provider !== data.provider && chosen?.problem && (
            <li>{t('protection.effect.incomplete', { name: chosen.label })}</li>
          )}
          {keys !== data.keys && <li>{t('protection.effect.keys')}</li>}
        </ul>
      )}
      {error !== null && <ProblemNotice error={error} />}
      <div className="btn-row">
        <Button kind="primary" busy={busy} disabled={!changed} onClick={() => void save()}>
          {t('form.save')}
        </Button>
        {changed && (
          <Button
            kind="quiet"
            onClick={() => {
              setProvider(data.provider);
              setKeys(data.keys);
              setProofRequired(data.proof_required);
              setSecurity(data.device_security);
              setError(null);
            }}
          >
            {t('layout.discard')}
          </Button>
        )}
      </div>
    </Section>
  );
}
