import { useResetErrorBoundaryOnLocationChange } from 'react-admin';
import { useT } from '../i18n';
import { RotateCcw, TriangleAlert } from '../ui/lucide';
import { Button, Icon } from '../ui/components';

/** Shown by the error boundary. */
export function ErrorPage({
  error,
  resetErrorBoundary,
}: {
  error: Error;
  resetErrorBoundary: (...args: unknown[]) => void;
}) {
  const t = useT();
  useResetErrorBoundaryOnLocationChange(resetErrorBoundary);
  return (
    <div className="fault" role="alert">
      <Icon icon={TriangleAlert} size={20} />
      <div>
        <h2>{t('fault.page')}</h2>
        <p>{t('fault.page_remedy')}</p>
        <p className="code">{error.message}</p>
        <Button icon={RotateCcw} onClick={() => location.reload()}>
          {t('fault.reload')}
        </Button>
      </div>
    </div>
  );
}
