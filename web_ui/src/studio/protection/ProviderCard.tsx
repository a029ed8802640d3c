/** The account of the organization at a provider: its settings, a test of the connection, and its removal. */
import { useState } from 'react';
import { Problem } from '../../../shared/problem';
import { sentence } from '../api/problem';
import { schemaText, useT } from '../i18n';
import { Check, CircleCheck, CircleX } from '../ui/lucide';
import { Dialog } from '../ui/Dialog';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Button, Icon, StatusBadge } from '../ui/components';
import {
  initialValues,
  protection,
  settingsOf,
  settingsToSave,
  systemName,
  type Protection,
  type Provider,
  type TestResult,
} from './protection';
import { SettingField } from './SettingField';

interface Props {
  provider: Provider;
  chosen: boolean;
  onChange: (data: Protection, done: string) => void;
}

function State({ provider, chosen }: { provider: Provider; chosen: boolean }) {
  const t = useT();
  const needsAccount = settingsOf(provider).length > 0;
  const started = provider.updated_at !== null;
  return (
    <span className="provider-state">
      {provider.problem ? (
        <StatusBadge tone={chosen || started ? 'danger' : 'quiet'}>
          {t(started || chosen ? 'protection.account.incomplete' : 'protection.account.none')}
        </StatusBadge>
      ) : (
        <StatusBadge tone="ready">
          {t(needsAccount ? 'protection.account.complete' : 'protection.account.not_needed')}
        </StatusBadge>
      )}
      {chosen && (
        <StatusBadge tone="accent" icon={Check}>
          {t('protection.account.chosen')}
        </StatusBadge>
      )}
    </span>
  );
}

function Result({ name, result }: { name: string; result: TestResult }) {
  const t = useT();
  return (
    <p className={`test-result ${result.works ? 'test-works' : 'danger'}`} role="status">
      <Icon icon={result.works ? CircleCheck : CircleX} />
      <span>
        <b>{t(result.works ? 'protection.works' : 'protection.does_not_work')}</b>{' '}
        {result.works ? schemaText(result.message, `drm.${name}.works`) : result.message} {result.remedy}
      </span>
    </p>
  );
}

export function ProviderCard({ provider, chosen, onChange }: Props) {
  const t = useT();
  const [values, setValues] = useState(() => initialValues(provider));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [error, setError] = useState<unknown>(null);
  const [result, setResult] = useState<TestResult | null>(null);
  const [busy, setBusy] = useState<'save' | 'test' | 'remove' | null>(null);
  const [removing, setRemoving] = useState(false);
  const settings = settingsOf(provider);
  const changed = JSON.stringify(values) !== JSON.stringify(initialValues(provider));
  const run = async (kind: 'save' | 'test' | 'remove', work: () => Promise<void>) => {
    setBusy(kind);
    setError(null);
    setErrors({});
    setResult(null);
    try {
      await work();
    } catch (problem) {
      const fields = problem instanceof Problem ? problem.errors.filter((e) => e.field in values) : [];
      setErrors(Object.fromEntries(fields.map((e) => [e.field, sentence(e)])));
      if (fields.length === 0) setError(problem);
    } finally {
      setBusy(null);
    }
  };
  const took = (data: Protection, done: string) => {
    const saved = data.providers.find((p) => p.name === provider.name);
    if (saved) setValues(initialValues(saved));
    onChange(data, done);
  };
  const save = () =>
    run('save', async () =>
      took(await protection.save(provider.name, settingsToSave(provider, values)), t('protection.saved')),
    );
  const remove = () =>
    run('remove', async () => took(await protection.remove(provider.name), t('protection.removed'))).then(() =>
      setRemoving(false),
    );
  return (
    <details className="provider" open={chosen} data-testid={`provider-${provider.name}`}>
      <summary>
        <span className="provider-name">
          <b>{provider.label}</b>
          <span className="muted">{provider.systems.map(systemName).join(', ')}</span>
        </span>
        <State provider={provider} chosen={chosen} />
      </summary>
      <form
        className="provider-body"
        noValidate
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        {settings.length === 0 ? (
          <p className="muted">{t('protection.no_account')}</p>
        ) : (
          <div className="provider-fields">
            {settings.map(([name, schema]) => (
              <SettingField
                key={name}
                provider={provider}
                name={name}
                schema={schema}
                value={values[name] ?? ''}
                error={errors[name]}
                onChange={(value) => setValues({ ...values, [name]: value })}
              />
            ))}
          </div>
        )}
        {error !== null && <ProblemNotice error={error} />}
        {result && <Result name={provider.name} result={result} />}
        <div className="btn-row">
          {settings.length > 0 && (
            <Button type="submit" kind="primary" busy={busy === 'save'} disabled={!changed || busy !== null}>
              {t('form.save')}
            </Button>
          )}
          <Button
            busy={busy === 'test'}
            disabled={provider.problem !== null || changed || busy !== null}
            onClick={() => void run('test', async () => setResult(await protection.test(provider.name)))}
          >
            {t('protection.test')}
          </Button>
          {provider.updated_at !== null && !chosen && (
            <Button kind="quiet" disabled={busy !== null} onClick={() => setRemoving(true)}>
              {t('protection.remove')}
            </Button>
          )}
        </div>
        {changed ? (
          <p className="field-help">{t('protection.save_first')}</p>
        ) : (
          chosen && settings.length > 0 && <p className="field-help">{t('protection.remove_chosen')}</p>
        )}
      </form>
      <Dialog
        open={removing}
        title={t('protection.remove_title', { name: provider.label })}
        onClose={() => setRemoving(false)}
      >
        <div className="dialog-body">
          <p>{t('protection.remove_why')}</p>
        </div>
        <footer className="dialog-foot">
          <Button onClick={() => setRemoving(false)}>{t('cancel')}</Button>
          <Button kind="danger" busy={busy === 'remove'} onClick={() => void remove()}>
            {t('protection.remove')}
          </Button>
        </footer>
      </Dialog>
    </details>
  );
}
