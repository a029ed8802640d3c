/** The viewer's watchlist, stored on the server. */
import { endpoints } from '../api/endpoints';
import { useCachedGet } from '../api/cache';
import { t } from '../i18n';
import { ProblemNotice } from '../components/ProblemNotice';
import { Grid } from '../components/Grid';
import { Notice, LoadingNotice } from '../components/Notice';
import { Page } from '../components/Page';
import { useSite } from '../session';
import type { Card as CardData } from '../../../shared/catalogue';

export function Watchlist() {
  const { site, problem: siteProblem, reload: reloadSite } = useSite();
  const signedIn = Boolean(site?.user);
  const { data, problem, reload } = useCachedGet<{ items: CardData[] }>(signedIn ? endpoints.list() : null);
  const fault = problem ?? (site ? null : siteProblem);
  if (site && !site.user) {
    return (
      <Page title={t('my.title')} state="signed-out">
        <Notice title={t('my.sign_in')} explanation={t('my.sign_in_why')} state="signed-out">
          <a class="button" href="/sign-in?next=%2Flist">
            {t('nav.sign_in')}
          </a>
        </Notice>
      </Page>
    );
  }
  if (!data) {
    return (
      <Page title={t('my.title')} state={fault ? 'error' : 'loading'}>
        {fault ? (
          <ProblemNotice
            problem={fault}
            retry={() => {
              reloadSite();
              reload();
            }}
          />
        ) : (
          <LoadingNotice />
        )}
      </Page>
    );
  }
  if (data.items.length === 0) {
    return (
      <Page title={t('my.title')} state="empty">
        <Notice title={t('my.empty')} explanation={t('my.empty_why')} state="empty">
          <a class="button" href="/">
            {t('my.empty_step')}
          </a>
        </Notice>
      </Page>
    );
  }
  return (
    <Page title={t('my.title')} state="listed">
      <h1 class="page-title">{t('my.title')}</h1>
      <Grid cards={data.items} eager level={2} />
    </Page>
  );
}
