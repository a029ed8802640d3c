/** Offers the usual genres or categories where there are none. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useDataProvider, useNotify, useRefresh } from 'react-admin';
import { Problem } from '../../../shared/problem';
import type { Resource } from '../api/schema';
import { useLocale, useT } from '../i18n';
import { resourcePlural } from '../i18n/labels';
import { Plus } from '../ui/lucide';
import { Button } from '../ui/components';
import { standardNames } from './standardNames';

/** `quiet`: beside an input, where it is not the main action. */
export function StarterSet({ resource, quiet = false }: { resource: Resource; quiet?: boolean }) {
  const t = useT();
  const locale = useLocale();
  const notify = useNotify();
  const refresh = useRefresh();
  const provider = useDataProvider();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const names = standardNames(resource.plural, locale);
  if (names.length === 0 || !resource.verbs.includes('create')) return null;
  const create = async () => {
    setBusy(true);
    try {
      for (const name of names)
        await provider.create(resource.plural, { data: { name } }).catch((error: unknown) => {
          if (!(error instanceof Problem) || error.status !== 409) throw error; // somebody has created it meanwhile
        });
      notify(t('starter.done', { count: names.length, name: resourcePlural(resource) }));
    } catch (error) {
      notify((error as Error).message, { type: 'error' });
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: ['pick', resource.plural] });
      refresh();
    }
  };
  return (
    <>
      <Button kind={quiet ? 'plain' : 'primary'} small={quiet} icon={Plus} busy={busy} onClick={() => void create()}>
        {t('starter.add', { name: resourcePlural(resource) })}
      </Button>
      <p className="starter-names muted">{names.join(' · ')}</p>
    </>
  );
}
