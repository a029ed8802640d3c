/** The button “From a template” of the list, and its dialog: choose a ready-made policy, and set its parameters. */
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { Problem } from '../../../shared/problem';
import { get, post } from '../api/http';
import { schemaText, useT } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { ShieldCheck } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Bars, Button, Icon } from '../ui/components';
import { TEMPLATES, type Parameter, type Template } from './api';

type Values = Record<string, string>;

const templateTitle = (t: Template): string => schemaText(t.title, `policy_template.${t.name}`);
const templateDoc = (t: Template): string => schemaText(t.doc, `policy_template.${t.name}.doc`);

function initialValue({ default: value }: Parameter): string {
  return value === null || value === undefined ? '' : String(value);
}

function parsed(parameter: Parameter, value: string): unknown {
  if (parameter.type === 'number') return value.trim() === '' ? null : Number(value);
  if (parameter.type === 'list') return value.split(/[\s,]+/).filter(Boolean);
  return value;
}

function ParameterInput(props: { parameter: Parameter; value: string; onChange: (value: string) => void }) {
  const { parameter, value, onChange } = props;
  const key = `policy_parameter.${parameter.name}`;
  const help = schemaText(parameter.help, `${key}.help`);
  const id = useId();
  const shared = { id, className: 'control', value, name: parameter.name };
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {schemaText(parameter.label, key)}
      </label>
      {parameter.type === 'choice' ? (
        <select {...shared} onChange={(e) => onChange(e.target.value)}>
          {Object.entries(parameter.options).map(([option, label]) => (
            <option key={option} value={option}>
              {schemaText(label, `policy_option.${option}`)}
            </option>
          ))}
        </select>
      ) : parameter.type === 'list' ? (
        <textarea {...shared} rows={3} spellCheck={false} onChange={(e) => onChange(e.target.value)} />
      ) : (
        <input
          {...shared}
          type={parameter.type === 'number' ? 'number' : 'text'}
          {...(parameter.type === 'number' ? { min: parameter.min, max: parameter.max } : {})}
          spellCheck={false}
          autoComplete="off"
          onChange={(e) => onChange(e.target.value)}
        />
      )}
      {help && <p className="field-help">{help}</p>}
    </div>
  );
}

function TemplateForm({ template, onBack }: { template: Template; onBack: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  const [values, setValues] = useState<Values>(
    Object.fromEntries(template.parameters.map((p) => [p.name, initialValue(p)])),
  );
  const [error, setError] = useState<unknown>(null);
  const use = async () => {
    const parameters = Object.fromEntries(template.parameters.map((p) => [p.name, parsed(p, values[p.name] ?? '')]));
    try {
      const record = await post<Record<string, unknown>>(`${TEMPLATES}/${template.name}`, { parameters });
      const name = templateTitle(template);
      navigate('/policies/create', { state: { record: { ...record, name } } });
    } catch (problem) {
      setError(problem);
    }
  };
  const refused = error instanceof Problem && error.errors.length > 0 ? error.errors : [];
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        void use();
      }}
    >
      <div className="dialog-body stack">
        <p className="muted">{templateDoc(template)}</p>
        {template.parameters.map((p) => (
          <ParameterInput
            key={p.name}
            parameter={p}
            value={values[p.name] ?? ''}
            onChange={(value) => setValues({ ...values, [p.name]: value })}
          />
        ))}
        {refused.length > 0 ? (
          <ul className="field-error" role="alert">
            {refused.map((e) => (
              <li key={e.field}>
                {e.field.replace('parameters.', '')} {e.reason}
              </li>
            ))}
          </ul>
        ) : (
          error !== null && <ProblemNotice error={error} />
        )}
      </div>
      <footer className="dialog-foot">
        <Button onClick={onBack}>{t('policies.back')}</Button>
        <Button kind="primary" type="submit">
          {t('policies.use')}
        </Button>
      </footer>
    </form>
  );
}

export function TemplatesButton() {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<Template | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['policy_templates'],
    queryFn: ({ signal }) => get<{ items: Template[] }>(TEMPLATES, { signal }),
    enabled: open,
  });
  const title = chosen ? templateTitle(chosen) : t('policies.templates');
  const close = () => {
    setOpen(false);
    setChosen(null);
  };
  return (
    <>
      <Button icon={ShieldCheck} onClick={() => setOpen(true)}>
        {t('policies.from_template')}
      </Button>
      <Dialog open={open} title={title} onClose={close} width="md">
        {chosen ? (
          <TemplateForm key={chosen.name} template={chosen} onBack={() => setChosen(null)} />
        ) : (
          <div className="dialog-body">
            {error && <ProblemNotice error={error} retry={() => void refetch()} />}
            {!data && !error && <Bars className="bars-wide loading" />}
            <ul className="template-list">
              {data?.items.map((template) => (
                <li key={template.name}>
                  <button type="button" onClick={() => setChosen(template)}>
                    <Icon icon={ShieldCheck} />
                    <span>
                      <strong>{templateTitle(template)}</strong>
                      <span className="muted">{templateDoc(template)}</span>
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
      </Dialog>
    </>
  );
}
