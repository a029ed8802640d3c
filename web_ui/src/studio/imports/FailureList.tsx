/** Rows that can't be imported, with the reason. */
import { sentence } from '../api/problem';
import { useT } from '../i18n';
import { Section } from '../ui/components';
import type { Failure } from './metadataImport';

export function FailureList({ failures }: { failures: readonly Failure[] }) {
  const t = useT();
  if (failures.length === 0) return null;
  return (
    <Section title={t('metadata.failures')} count={failures.length}>
      <ul className="rows">
        {failures.map((failure, index) => (
          <li key={`${failure.line} ${index}`} className="import-row">
            <span className="muted num">{t('metadata.line', { line: failure.line })}</span>
            <span className="grow" dir="auto">
              {sentence({ reason: failure.error, remedy: failure.remedy })}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
