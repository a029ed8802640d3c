/** Artwork of a record: poster, backdrop, logo, square. Files can be dropped on each slot. */
import { useRef, useState, type DragEvent } from 'react';
import { useGetList, useNotify, useRefresh } from 'react-admin';
import { etags } from '../api/etags';
import { request } from '../api/http';
import type { Resource, Row } from '../api/schema';
import { useT } from '../i18n';
import { optionLabel } from '../i18n/labels';
import { useSchema } from '../SchemaContext';
import { Image as ImageIcon, Trash2 } from '../ui/lucide';
import { Icon, IconButton, Section } from '../ui/components';
import { cropQuery, IMAGE_TYPES, rejectReason, type CropFractions } from './crop';
import { CropDialog } from './CropDialog';

interface SlotProps {
  kind: string;
  label: string;
  art: Row | undefined;
  onFile: (file: File) => void;
  onRemove: () => void;
  editable: boolean;
}

function Slot({ kind, label, art, onFile, onRemove, editable }: SlotProps) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const [dragOver, setDragOver] = useState(false);
  const url = (art?.image as { url?: string } | null | undefined)?.url;
  const drop = (e: DragEvent) => {
    e.preventDefault();
    e.stopPropagation();
    setDragOver(false);
    const file = e.dataTransfer.files[0];
    if (file) onFile(file);
  };
  return (
    <div
      className={`slot slot-${kind} ${dragOver ? 'slot-over' : ''}`}
      data-kind={kind}
      onDragOver={(e) => {
        e.preventDefault();
        e.stopPropagation();
        setDragOver(true);
      }}
      onDragLeave={() => setDragOver(false)}
      onDrop={editable ? drop : undefined}
    >
      <button
        type="button"
        className="slot-frame"
        disabled={!editable}
        onClick={() => input.current?.click()}
        aria-label={url ? t('artwork.replace', { name: label }) : undefined}
      >
        {url ? (
          <img src={url} alt={String(art?.alternative ?? '')} loading="lazy" />
        ) : (
          <span className="slot-empty">
            <Icon icon={ImageIcon} size={20} />
            {editable ? t('artwork.drop') : t('artwork.none')}
            <span className="sr">: {label}</span>
          </span>
        )}
      </button>
      <div className="slot-foot">
        <span>{label}</span>
        {url && editable && (
          <IconButton className="small" label={t('artwork.remove', { name: label })} icon={Trash2} onClick={onRemove} />
        )}
      </div>
      <input
        ref={input}
        type="file"
        accept={IMAGE_TYPES.join(',')}
        hidden
        onChange={(e) => {
          const file = e.target.files?.[0];
          if (file) onFile(file);
          e.target.value = '';
        }}
        data-testid={`artwork-${kind}`}
      />
    </div>
  );
}

export function ArtworkPanel({ resource, record }: { resource: Resource; record: Row; media?: Row | undefined }) {
  const t = useT();
  const notify = useNotify();
  const refresh = useRefresh();
  const artwork = useSchema().find('artwork');
  const [chosen, setChosen] = useState<{ kind: string; file: File } | null>(null);
  const isOrganization = resource.name === 'organization';
  const linked = isOrganization || (artwork?.fields.some((f) => f.name === resource.name) ?? false);
  // The organization's own logo and square belong to no other record.
  const owner: Record<string, unknown> = isOrganization
    ? { 'content.null': true, 'series.null': true, 'person.null': true, 'channel.null': true }
    : { [resource.name]: record.id };
  const { data = [] } = useGetList<Row>(
    'artwork',
    {
      filter: owner,
      pagination: { page: 1, perPage: 100 },
      sort: { field: 'created_at', order: 'DESC' },
      meta: { plain: true },
    },
    { enabled: linked, retry: false },
  );
  if (!artwork || !linked) return null;
  const kinds = artwork.fields.find((f) => f.name === 'kind')!;
  const editable = artwork.verbs.includes('create') && resource.verbs.includes('update');
  const chooseFile = (kind: string, file: File) => {
    const reason = rejectReason(file);
    if (reason) notify(t(reason === 'type' ? 'artwork.bad_type' : 'artwork.too_large'), { type: 'error' });
    else setChosen({ kind, file });
  };
  const save = async (kind: string, file: File, crop: CropFractions) => {
    const known = data.find((a) => a.kind === kind);
    const art =
      known ??
      (
        await request<Row>(
          'POST',
          artwork.path,
          { ...(isOrganization ? {} : owner), kind },
          { headers: { 'Idempotency-Key': crypto.randomUUID() } },
        )
      ).body;
    await request('PUT', `${artwork.path}/${art.id}/file?${cropQuery(crop)}`, file);
    // Changing the artwork changes the record's ETag.
    etags.forget(resource.plural, record.id);
    setChosen(null);
    refresh();
  };
  const remove = async (art: Row) => {
    await request('DELETE', `${artwork.path}/${art.id}`).then(refresh, (error: Error) =>
      notify(error.message, { type: 'error' }),
    );
  };
  return (
    <Section title={t('artwork.title')} className="artwork" id="artwork">
      <div className="slots">
        {(kinds.options ?? [])
          .filter((o) => !isOrganization || ['logo', 'square'].includes(o.value))
          .map((o) => {
            const art = data.find((a) => a.kind === o.value);
            return (
              <Slot
                key={o.value}
                kind={o.value}
                label={optionLabel(kinds, o)}
                art={art}
                editable={editable}
                onFile={(file) => chooseFile(o.value, file)}
                onRemove={() => art && void remove(art)}
              />
            );
          })}
      </div>
      {chosen && (
        <CropDialog
          {...chosen}
          onClose={() => setChosen(null)}
          onSave={(crop) => save(chosen.kind, chosen.file, crop)}
        />
      )}
    </Section>
  );
}
