/** The detail page of any record: fields by group, actions, related records. */
import { useState } from 'react';
import { ShowBase, useDelete, useNotify, useShowContext } from 'react-admin';
import { useNavigate } from 'react-router-dom';
import { Problem } from '../../../shared/problem';
import { GrantsOf } from '../access/GrantsPanel';
import { ArtworkPanel } from '../artwork/ArtworkPanel';
import { groupFields, recordLabel, type Field, type Resource, type Row } from '../api/schema';
import { fieldType } from '../fields';
import { useT } from '../i18n';
import { fieldLabel, groupTitle, resourcePlural } from '../i18n/labels';
import { usePageRequests, type PageRequest } from '../panel/pageRequests';
import { useCurrentResource } from '../SchemaContext';
import { Dialog } from '../ui/Dialog';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Pencil, Trash2 } from '../ui/lucide';
import { Bars, Button, LinkButton, Section } from '../ui/components';
import { pictureOf, Picture } from '../ui/Picture';
import { Actions } from './Actions';
import { PageHead } from './PageHead';
import { Related } from './Related';

export const recordRequests = (resource: Resource, id: string): PageRequest[] => [
  { name: 'panel.get', method: 'GET', url: `${resource.path}/${id}` },
  ...resource.actions.map((a) => ({
    name: 'panel.action' as const,
    method: 'POST' as const,
    url: `${resource.path}/${id}/${a.name}`,
    body: Object.fromEntries((a.fields ?? []).map((f) => [f.name, f.default ?? ''])),
  })),
];

/** Asks before it deletes a record; what belongs to it is deleted with it only when that is confirmed. */
export function DeleteDialog({
  resource,
  record,
  open,
  onClose,
}: {
  resource: Resource;
  record: Row;
  open: boolean;
  onClose: () => void;
}) {
  const t = useT();
  const notify = useNotify();
  const navigate = useNavigate();
  const [inUse, setInUse] = useState<Problem | null>(null);
  const [remove, { isPending }] = useDelete();
  const close = () => {
    onClose();
    setInUse(null);
  };
  const run = () =>
    void remove(
      resource.plural,
      { id: record.id, previousData: record, meta: { cascade: inUse !== null } },
      {
        onSuccess: () => {
          notify(t(resource.trash ? 'delete.moved' : 'delete.done'));
          navigate(`/${resource.plural}`);
        },
        onError: (error: unknown) => {
          if (error instanceof Problem && error.code === 'in_use' && !inUse) {
            setInUse(error);
            return;
          }
          close();
          notify((error as Error).message, { type: 'error' });
        },
      },
    );
  return (
    <Dialog open={open} title={t('delete.title', { name: recordLabel(resource, record) })} onClose={close}>
      <div className="dialog-body">
        {inUse && (
          <p role="alert">
            {inUse.title} {t('delete.cascade_why')}
          </p>
        )}
        <p>{t(resource.trash ? 'delete.why_trash' : 'delete.why')}</p>
      </div>
      <footer className="dialog-foot">
        <Button onClick={close}>{t('cancel')}</Button>
        <Button kind="danger" busy={isPending} onClick={run}>
          {t(inUse ? 'delete.cascade' : 'delete')}
        </Button>
      </footer>
    </Dialog>
  );
}

export function DeleteButton({ resource, record }: { resource: Resource; record: Row }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="quiet" icon={Trash2} onClick={() => setOpen(true)}>
        {t('delete')}
      </Button>
      <DeleteDialog resource={resource} record={record} open={open} onClose={() => setOpen(false)} />
    </>
  );
}

export function FieldList({
  fields,
  resource,
  record,
  withoutLabel = false,
}: {
  fields: readonly Field[];
  resource: Resource;
  record: Row;
  withoutLabel?: boolean;
}) {
  // A single field with the section's name needs no label.
  if (withoutLabel) {
    const { Show } = fieldType(fields[0]!.type);
    return (
      <div className="bare">
        <Show field={fields[0]!} resource={resource} record={record} value={record[fields[0]!.name]} />
      </div>
    );
  }
  return (
    <dl className="facts">
      {fields.map((f) => {
        const { Show, wide } = fieldType(f.type);
        return (
          <div key={f.name} className={wide ? 'wide' : ''}>
            <dt>{fieldLabel(f, resource)}</dt>
            <dd>
              <Show field={f} resource={resource} record={record} value={record[f.name]} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** Fields shown elsewhere on the page. */
const SHOWN_SEPARATELY = new Set(['id', 'artwork', 'media', 'credits']);

function Body() {
  const t = useT();
  const resource = useCurrentResource();
  const { record, isPending, error, refetch } = useShowContext<Row>();
  usePageRequests(record ? recordRequests(resource, record.id) : []);
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (isPending || !record)
    return (
      <div className="waiting" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </div>
    );
  const groups = groupFields(
    resource.fields.filter((f) => !f.write_only && !SHOWN_SEPARATELY.has(f.name) && f.name !== resource.label),
  );
  const name = recordLabel(resource, record);
  const poster = pictureOf(record, resource.plural === 'people' ? 'square' : 'poster');
  const labelField = resource.fields.find((f) => f.name === resource.label);
  const Label = labelField && labelField.type !== 'text' ? fieldType(labelField.type).Column : null;
  const status = resource.fields.find((f) => ['status', 'state'].includes(f.name));
  const StatusColumn = status ? fieldType(status.type).Column : null;
  return (
    <div className="show-page">
      <PageHead
        title={
          Label && labelField?.type !== 'url' && record[resource.label] ? (
            <Label field={labelField!} resource={resource} record={record} value={record[resource.label]} />
          ) : (
            name
          )
        }
        up={{ to: `/${resource.plural}`, label: resourcePlural(resource) }}
        meta={
          <span className="page-meta">
            {StatusColumn && (
              <StatusColumn field={status!} resource={resource} record={record} value={record[status!.name]} />
            )}
            <code className="mono muted">{record.id}</code>
          </span>
        }
      >
        {resource.verbs.includes('delete') && <DeleteButton resource={resource} record={record} />}
        <Actions resource={resource} record={record} />
        {resource.verbs.includes('update') && (
          <LinkButton to={`/${resource.plural}/${record.id}`} icon={Pencil}>
            {t('edit')}
          </LinkButton>
        )}
      </PageHead>
      <div className={`show-body ${'artwork' in record ? 'with-picture' : ''}`}>
        {'artwork' in record && (
          <aside className="show-picture">
            <Picture
              src={poster}
              seed={record.id}
              shape={resource.plural === 'people' ? 'round' : resource.plural === 'content' ? 'poster' : 'square'}
              alt={name}
            />
          </aside>
        )}
        <div className="stack wide-gap">
          {groups.map(([group, fields]) => (
            <Section key={group} title={groupTitle(group || resource.title)}>
              <FieldList
                fields={fields}
                resource={resource}
                record={record}
                withoutLabel={fields.length === 1 && fields[0]!.label === group}
              />
            </Section>
          ))}
          {'artwork' in record && <ArtworkPanel resource={resource} record={record} />}
          <GrantsOf plural={resource.plural} record={record} />
          <Related resource={resource} record={record} />
        </div>
      </div>
    </div>
  );
}

export function ShowPage() {
  return (
    <ShowBase queryOptions={{ retry: false }}>
      <Body />
    </ShowBase>
  );
}
