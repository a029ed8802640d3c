/** What somebody wants to see: kept by the server, the same on every device. */
import { calls } from '../api/endpoints';
import { useRead } from '../api/cache';
import { t } from '../i18n';
import { Fault } from '../components/ProblemNotice';
import { Grid } from '../components/Grid';
import { Notice, Waiting } from '../components/Notice';
import { Page } from '../components/Page';
import { useSite } from '../session';
import type { Card as CardData } from '../types';

export function MyList() {
  const { site, problem: away, reload: again } = useSite();
  const signedIn = Boolean(site?.user);
  const { data, problem, reload } = useRead<{ items: CardData[] }>(signedIn ? calls.list() : null);
  const fault = problem ?? (site ? null : away);
  if (site && !site.user) {
    return (
      <Page title={t('my.title')} state="signed-out">
        <Notice title={t('my.sign_in')} why={t('my.sign_in_why')} state="signed-out">
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
          <Fault
            problem={fault}
            retry={() => {
              again();
              reload();
            }}
          />
        ) : (
          <Waiting />
        )}
      </Page>
    );
  }
  if (data.items.length === 0) {
    return (
      <Page title={t('my.title')} state="empty">
        <Notice title={t('my.empty')} why={t('my.empty_why')} state="empty">
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
