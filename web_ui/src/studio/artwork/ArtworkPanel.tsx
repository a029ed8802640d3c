/** Artwork of a record, by kind. Files can be dropped on each slot; stills of a film can be chosen. */
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
import { ASPECTS, cropQuery, IMAGE_TYPES, middle, rejectReason, type CropFractions } from './crop';
import { CropDialog } from './CropDialog';
import { SIZES, slotsOf, STILL_KINDS } from './slots';
import { StillStrip } from './StillStrip';

const rank = (slots: readonly string[], kind: string): number =>
  slots.includes(kind) ? slots.indexOf(kind) : slots.length;

interface SlotProps {
  kind: string;
  label: string;
  /** The size that the image should have. */
  size: string;
  art: Row | undefined;
  onFile: (file: File) => void;
  onRemove: () => void;
  editable: boolean;
}

function Slot({ kind, label, size, art, onFile, onRemove, editable }: SlotProps) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const [dragOver, setDragOver] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
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
        {url && failed !== url ? (
          <img src={url} alt={String(art?.alternative ?? '')} loading="lazy" onError={() => setFailed(url)} />
        ) : (
          <span className="slot-empty">
            <Icon icon={ImageIcon} size={20} />
            {editable ? t('artwork.drop') : t('artwork.none')}
            {editable && <span className="slot-size num">{size}</span>}
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

/** `media`: its stills are offered as artwork. */
export function ArtworkPanel({
  resource,
  record,
  media,
}: {
  resource: Resource;
  record: Row;
  media?: Row | undefined;
}) {
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
  const slots = slotsOf(resource.name, record.kind);
  // Artwork that does not belong here, but exists, can be seen and removed.
  const shown = (kinds.options ?? [])
    .filter((o) => slots.includes(o.value) || data.some((a) => a.kind === o.value))
    .sort((a, b) => rank(slots, a.value) - rank(slots, b.value));
  const labelOf = (kind: string) =>
    resource.name === 'person' && kind === 'square'
      ? t('artwork.portrait')
      : optionLabel(kinds, kinds.options!.find((o) => o.value === kind)!);
  const sizeOf = (kind: string) => {
    const size = SIZES[kind];
    return size ? t('artwork.size', { width: size[0], height: size[1] }) : t('artwork.size_logo');
  };
  const editable = artwork.verbs.includes('create') && resource.verbs.includes('update');
  const chooseFile = (kind: string, file: File) => {
    const reason = rejectReason(file);
    if (reason) notify(t(reason === 'type' ? 'artwork.bad_type' : 'artwork.too_large'), { type: 'error' });
    else setChosen({ kind, file });
  };
  /** Stores a picture: an image file, or a description of it. */
  const store = async (kind: string, picture: unknown, crop: CropFractions) => {
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
    await request('PUT', `${artwork.path}/${art.id}/file?${cropQuery(crop)}`, picture);
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
        {shown.map((o) => {
          const art = data.find((a) => a.kind === o.value);
          return (
            <Slot
              key={o.value}
              kind={o.value}
              label={labelOf(o.value)}
              size={sizeOf(o.value)}
              art={art}
              editable={editable}
              onFile={(file) => chooseFile(o.value, file)}
              onRemove={() => art && void remove(art)}
            />
          );
        })}
      </div>
      {editable && media && (
        <StillStrip
          media={media}
          kinds={shown
            .filter((o) => STILL_KINDS.includes(o.value))
            .map((o) => ({ kind: o.value, label: labelOf(o.value) }))}
          onChoose={(kind, at, aspect) =>
            store(kind, { still: { media: media.id, at_s: at } }, middle(aspect, ASPECTS[kind] ?? null))
          }
        />
      )}
      {chosen && (
        <CropDialog
          {...chosen}
          onClose={() => setChosen(null)}
          onSave={(crop) => store(chosen.kind, chosen.file, crop)}
        />
      )}
    </Section>
  );
}
