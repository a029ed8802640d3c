/** An error with the next step. Known codes have texts of our own; for others the server's are shown. */
import { useEffect } from 'preact/hooks';
import type { Problem } from '../../../shared/problem';
import { messageOrNull, t } from '../i18n';
import { useSite } from '../session';
import { Notice } from './Notice';

/** The key of the texts of a problem, by its code, else by its status. Pure. */
export function problemKind({ code, status }: Pick<Problem, 'code' | 'status'>): string {
  if (messageOrNull(`fault.${code}`)) return code;
  if (status === 401) return 'sign_in';
  if (status === 404 || code.endsWith('_not_found')) return 'not_found';
  return 'other';
}

export function ProblemNotice({
  problem,
  retry,
  small = false,
}: {
  problem: Problem;
  retry?: () => void;
  small?: boolean;
}) {
  const kind = problemKind(problem);
  const { site } = useSite();
  const phraseFor = (part: string) =>
    messageOrNull(`fault.${kind}${part}`)?.replace('%{name}', site?.organization.name ?? 'OTNet') ?? '';
  const isUnknown = kind === 'other';
  useEffect(() => {
    if (problem.status > 0 || !retry) return; // the network is back: perhaps the server is, too
    addEventListener('online', retry);
    return () => removeEventListener('online', retry);
  }, [problem, retry]);
  const returnPath = encodeURIComponent(location.pathname + location.search);
  return (
    <Notice
      state="fault"
      small={small}
      title={(isUnknown && problem.title) || phraseFor('')}
      explanation={(isUnknown ? problem.detail : '') || phraseFor('_why')}
      remedy={(isUnknown && problem.remedy) || phraseFor('_remedy')}
      code={problem.status > 0 ? t('fault.code', { code: problem.code }) : ''}
    >
      {kind === 'sign_in' && (
        <a class="button" href={`/sign-in?next=${returnPath}`}>
          {t('nav.sign_in')}
        </a>
      )}
      {retry && ['offline', 'unreachable', 'other', 'not_ready'].includes(kind) && (
        <button type="button" class="button" onClick={retry}>
          {t('fault.retry')}
        </button>
      )}
      {kind !== 'offline' && kind !== 'unreachable' && (
        <a class="button quiet" href="/">
          {t('fault.home')}
        </a>
      )}
    </Notice>
  );
}
