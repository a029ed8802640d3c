import { useT } from '../i18n';
import { Empty, LinkButton } from '../ui/components';

export function NotFound() {
  const t = useT();
  return (
    <Empty
      title={t('not_found.title')}
      action={
        <LinkButton kind="primary" to="/">
          {t('not_found.home')}
        </LinkButton>
      }
    >
      {t('not_found.why')}
    </Empty>
  );
}
