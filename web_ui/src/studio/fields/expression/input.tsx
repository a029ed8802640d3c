/** An expression, checked by the server while it is typed; the line of an error is marked. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useWatch } from 'react-hook-form';
import { post } from '../../api/http';
import { useT } from '../../i18n';
import { Check, TriangleAlert } from '../../ui/lucide';
import { Icon } from '../../ui/components';
import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';

interface Result {
  valid: boolean;
  reason: string;
  line: number;
  column: number;
}
const PAUSE_MS = 300;

/** The value that was not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [value]);
  return settled;
}

export function Input(entered: FieldInputProps) {
  const t = useT();
  const { props, id, error } = useField(entered);
  const phase = String(useWatch({ name: 'phase' }) ?? 'request');
  const text = String(props.value ?? '');
  const settled = useSettled(text);
  const { data } = useQuery({
    queryKey: ['policy_check', settled, phase],
    queryFn: () => post<Result>('/api/v1/dashboard/policy_check', { expression: settled, phase }),
    enabled: settled.trim() !== '',
    retry: false,
    staleTime: Infinity,
  });
  const result = text === settled && settled.trim() !== '' ? data : undefined;
  const wrongLine = result && !result.valid ? text.split('\n')[result.line - 1] : undefined;
  return (
    <FieldLayout {...entered} id={id} error={error}>
      <textarea
        {...props}
        rows={Math.min(12, Math.max(3, text.split('\n').length + 1))}
        className="control expression-input"
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
      />
      <div className="expression-check" role="status" data-state={result ? (result.valid ? 'valid' : 'invalid') : ''}>
        {result?.valid && (
          <p className="expression-valid">
            <Icon icon={Check} size={14} />
            {t('policies.valid')}
          </p>
        )}
        {result && !result.valid && (
          <>
            <p className="field-error">
              <Icon icon={TriangleAlert} size={14} />
              {t('policies.invalid', { line: result.line, column: result.column, reason: result.reason })}
            </p>
            {wrongLine && (
              <pre className="expression" aria-hidden="true">
                {`${wrongLine}\n${' '.repeat(Math.max(0, result.column - 1))}↑`}
              </pre>
            )}
          </>
        )}
      </div>
    </FieldLayout>
  );
}
