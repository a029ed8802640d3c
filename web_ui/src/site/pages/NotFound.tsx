import { Problem } from '../../../shared/problem';
import { t } from '../i18n';
import { ProblemNotice } from '../components/ProblemNotice';
import { Page } from '../components/Page';

export function NotFound() {
  return (
    <Page title={t('fault.not_found')} state="error">
      <ProblemNotice problem={new Problem(404, 'not_found')} />
    </Page>
  );
}
