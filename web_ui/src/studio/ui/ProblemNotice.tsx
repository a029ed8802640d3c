/** An error: what happened, what to do, and its code. */
import { Problem } from '../../../shared/problem';
import { useT } from '../i18n';
import { RotateCcw, TriangleAlert } from './lucide';
import { Button, Icon } from './components';

export function useProblemText(): (error: unknown) => { title: string; remedy: string; code: string } {
  const t = useT();
  return (error) => {
    if (!(error instanceof Problem))
      return {
        title: t('fault.unknown'),
        remedy: t('fault.unknown_remedy'),
        code: error instanceof Error ? error.message : '',
      };
    if (error.status === 0) return { title: t('fault.network'), remedy: t('fault.network_remedy'), code: error.code };
    return { title: error.title, remedy: error.remedy, code: error.code };
  };
}

export function ProblemNotice({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const t = useT();
  const { title, remedy, code } = useProblemText()(error);
  return (
    <div className="fault" role="alert">
      <Icon icon={TriangleAlert} size={20} />
      <div>
        <h2>{title}</h2>
        {remedy && <p>{remedy}</p>}
        <p className="code">{code}</p>
        {retry && (
          <Button icon={RotateCcw} onClick={retry}>
            {t('try_again')}
          </Button>
        )}
      </div>
    </div>
  );
}
