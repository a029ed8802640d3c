/** Configures react-admin: routes, data and forms come from the schema; all visible components are our own. */
import { QueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState, type ComponentType } from 'react';
import { AdminContext, CoreAdminUI, CustomRoutes, localStorageStore, Resource } from 'react-admin';
import { Route } from 'react-router-dom';
import { AccountPage } from './account/AccountPage';
import { createDataProvider } from './api/dataProvider';
import { Problem } from '../../shared/problem';
import { fetchSchema, type Schema } from './api/schema';
import { ExportsPage } from './exports/ExportsPage';
import { HomePage } from './home/HomePage';
import { HomeLayoutPage } from './homeLayout/HomeLayoutPage';
import { i18nProvider, useT } from './i18n';
import { ErrorPage } from './layout/ErrorPage';
import { NotFound } from './layout/NotFound';
import { Shell } from './layout/Shell';
import { ImportMetadataPage } from './imports/ImportMetadataPage';
import { MediaUpdates } from './live/mediaUpdates';
import { MailPage } from './mail/MailPage';
import { MediaPage } from './media/MediaPage';
import { PolicyPage } from './policies/PolicyPage';
import { ChannelPage } from './channel/ChannelPage';
import { CreatePage } from './resource/CreatePage';
import { EditPage } from './resource/EditPage';
import { ListPage } from './resource/ListPage';
import { ShowPage } from './resource/ShowPage';
import { FilmPage } from './workbench/FilmPage';
import { ProtectionPage } from './protection/ProtectionPage';
import { SchedulePage } from './schedule/SchedulePage';
import { SchemaContext } from './SchemaContext';
import { SeriesPage } from './series/SeriesPage';
import { createAuthProvider } from './session/authProvider';
import { session } from './session/session';
import { TeamPage } from './team/TeamPage';
import { useTheme } from './theme/mode';
import { muiThemes } from './theme/mui';
import { TrashPage } from './trash/TrashPage';
import { ProblemNotice } from './ui/ProblemNotice';
import { Bars, Button } from './ui/components';
import { UploadsPage } from './uploads/UploadsPage';
import { WebhookPage } from './webhooks/WebhookPage';

/** Resources whose records have a page of their own instead of the generated one. */
const OWN_PAGES: Record<string, ComponentType> = {
  media: MediaPage,
  content: FilmPage,
  series: SeriesPage,
  mail: MailPage,
  webhook: WebhookPage,
  policy: PolicyPage,
  channel: ChannelPage,
};
const store = localStorageStore('1', 'otnet');
/** Retries connection and server errors, not refusals. */
const shouldRetry = (count: number, error: unknown) =>
  count < 2 && (!(error instanceof Problem) || error.status === 0 || error.status >= 500);

function Admin({ schema }: { schema: Schema }) {
  const theme = muiThemes[useTheme()];
  const providers = useMemo(
    () => ({
      dataProvider: createDataProvider(schema),
      authProvider: createAuthProvider(schema),
      queryClient: new QueryClient({
        defaultOptions: {
          // Without a network a request fails at once, and its page says so, instead of waiting for ever.
          queries: { retry: shouldRetry, staleTime: 2000, networkMode: 'always' },
          mutations: { networkMode: 'always' },
        },
      }),
    }),
    [schema],
  );
  return (
    <SchemaContext.Provider value={schema}>
      <AdminContext {...providers} i18nProvider={i18nProvider} store={store} theme={theme} darkTheme={null}>
        <MediaUpdates />
        <CoreAdminUI
          layout={Shell}
          dashboard={HomePage}
          catchAll={NotFound}
          error={ErrorPage}
          disableTelemetry
          title="OTNet"
        >
          {schema.resources.map((r) => (
            <Resource
              key={r.plural}
              name={r.plural}
              {...(r.verbs.includes('list') ? { list: ListPage } : {})}
              {...(r.verbs.includes('create') ? { create: CreatePage } : {})}
              {...(r.verbs.includes('update') ? { edit: EditPage } : {})}
              {...(r.verbs.includes('get') ? { show: OWN_PAGES[r.name] ?? ShowPage } : {})}
            />
          ))}
          <CustomRoutes>
            <Route path="/uploads" element={<UploadsPage />} />
            <Route path="/import-metadata" element={<ImportMetadataPage />} />
            <Route path="/exports" element={<ExportsPage />} />
            <Route path="/account" element={<AccountPage />} />
            <Route path="/schedule" element={<SchedulePage />} />
            {schema.may('update', 'content') && <Route path="/home_layout" element={<HomeLayoutPage />} />}
            <Route path="/team" element={<TeamPage />} />
            {schema.may('list', 'memberships') && (
              <>
                <Route path="/protection" element={<ProtectionPage view="overview" />} />
                <Route path="/protection/licences" element={<ProtectionPage view="licences" />} />
                <Route path="/protection/sessions" element={<ProtectionPage view="sessions" />} />
              </>
            )}
            <Route path="/trash" element={<TrashPage />} />
          </CustomRoutes>
        </CoreAdminUI>
      </AdminContext>
    </SchemaContext.Provider>
  );
}

export default function Studio() {
  const t = useT();
  const [schema, setSchema] = useState<Schema | null>(null);
  const [error, setError] = useState<unknown>(null);
  const read = () => {
    setError(null);
    fetchSchema().then(setSchema, setError);
  };
  useEffect(read, []);
  if (error)
    return (
      <main className="splash">
        <ProblemNotice error={error} retry={read} />
        <Button kind="quiet" onClick={() => void session.logout()}>
          {t('nav.sign_out')}
        </Button>
      </main>
    );
  if (!schema)
    return (
      <main className="splash" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </main>
    );
  return <Admin schema={schema} />;
}
