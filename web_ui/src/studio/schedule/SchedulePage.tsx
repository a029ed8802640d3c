/** The schedule of a channel: a day or a week as a ruler of time, or as a list on narrow screens. */
import useMediaQuery from '@mui/material/useMediaQuery';
import { useRef, useState } from 'react';
import { useGetList, useNotify } from 'react-admin';
import { useNavigate, useSearchParams } from 'react-router-dom';
import { explained } from '../api/problem';
import type { Row } from '../api/schema';
import { useLocale, useT } from '../i18n';
import { usePageRequests } from '../panel/pageRequests';
import { PageHead } from '../resource/PageHead';
import { useSchema } from '../SchemaContext';
import { Bars, Button, Empty, IconButton, LinkButton } from '../ui/components';
import { ChevronLeft, ChevronRight, Copy as CopyIcon, Plus, Undo2, X, ZoomIn, ZoomOut } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import { RadioGroup } from '../ui/RadioGroup';
import { Agenda } from './Agenda';
import { CopyDayDialog } from './CopyDayDialog';
import { dayName } from './dayNames';
import { ProgramDialog, type ProgramForm } from './ProgramDialog';
import { gapsIn, type Copy, type Program, type Span } from './programs';
import { conflictWords, Ruler, timesOf } from './Ruler';
import { titleDuration, TitlePanel } from './TitlePanel';
import { useRulerDrag, type DragSource } from './useRulerDrag';
import { programsUrl, startsWithin, useSchedule } from './useSchedule';
import { addDays, browserZone, dayOf, endOfDay, isDay, isTimeZone, MINUTE, startOfDay, weekOf, type Day } from './zone';

const VIEWS = ['day', 'week'] as const;
type View = (typeof VIEWS)[number];
const ZOOM_LEVELS = [32, 48, 72, 108, 162, 243] as const;
const FIRST_ZOOM = 3;
const MAX_CHANNELS = 200;
const NARROW = '(max-width: 760px)';

/** The days on the page, the channel and the view are in the address. */
function usePlace(channels: readonly Row[]) {
  const [params, setParams] = useSearchParams();
  const locale = useLocale();
  const channel = channels.find((c) => c.id === params.get('channel')) ?? channels[0];
  const zone = isTimeZone(channel?.time_zone) ? channel.time_zone : browserZone();
  const view: View = params.get('view') === 'week' ? 'week' : 'day';
  const date = params.get('date');
  const day: Day = isDay(date) ? date : dayOf(Date.now(), zone);
  const days =
    view === 'week' ? weekOf(day, navigator.language.startsWith(locale) ? navigator.language : locale) : [day];
  const go = (values: Partial<Record<'channel' | 'date' | 'view', string>>) =>
    setParams({ ...Object.fromEntries(params), ...values }, { replace: true });
  return { channel, zone, view, day, days, go };
}

function Toolbar({
  place,
  channels,
  zoom,
  onZoom,
}: {
  place: ReturnType<typeof usePlace>;
  channels: readonly Row[];
  zoom: number;
  onZoom: ((by: 1 | -1) => void) | null;
}) {
  const t = useT();
  const { channel, zone, view, day, days, go } = place;
  const step = view === 'week' ? 7 : 1;
  return (
    <div className="schedule-bar">
      <select
        className="control"
        value={channel?.id}
        aria-label={t('schedule.channel')}
        onChange={(e) => go({ channel: e.target.value })}
      >
        {channels.map((c) => (
          <option key={c.id} value={c.id}>
            {String(c.name)}
          </option>
        ))}
      </select>
      <span className="schedule-days">
        <IconButton
          label={t(`schedule.previous.${view}`)}
          icon={ChevronLeft}
          onClick={() => go({ date: addDays(day, -step) })}
        />
        <input
          className="control num"
          type="date"
          value={day}
          aria-label={t('schedule.day')}
          onChange={(e) => isDay(e.target.value) && go({ date: e.target.value })}
        />
        <IconButton
          label={t(`schedule.next.${view}`)}
          icon={ChevronRight}
          onClick={() => go({ date: addDays(day, step) })}
        />
        <Button small onClick={() => go({ date: dayOf(Date.now(), zone) })}>
          {t('schedule.today')}
        </Button>
      </span>
      <RadioGroup
        label={t('schedule.view')}
        values={VIEWS}
        value={view}
        optionLabel={(value) => t(`schedule.view.${value}`)}
        onChange={(value) => go({ view: value, date: day })}
      />
      {onZoom && (
        <span className="schedule-days">
          <IconButton label={t('schedule.zoom_out')} icon={ZoomOut} disabled={zoom === 0} onClick={() => onZoom(-1)} />
          <IconButton
            label={t('schedule.zoom_in')}
            icon={ZoomIn}
            disabled={zoom === ZOOM_LEVELS.length - 1}
            onClick={() => onZoom(1)}
          />
        </span>
      )}
      <span className="muted schedule-zone">
        {days.length > 1 && `${dayName(days[0]!)} – ${dayName(days.at(-1)!)} · `}
        {t(isTimeZone(channel?.time_zone) ? 'schedule.zone_of_channel' : 'schedule.zone_of_browser', { zone })}
      </span>
    </div>
  );
}

function ChannelSchedule({ place, channels }: { place: ReturnType<typeof usePlace>; channels: readonly Row[] }) {
  const t = useT();
  const notify = useNotify();
  const navigate = useNavigate();
  const narrow = useMediaQuery(NARROW, { noSsr: true });
  const schema = useSchema();
  const { zone, day, days } = place;
  const channel = place.channel!.id;
  const range: Span = { starts: startOfDay(days[0]!, zone), ends: endOfDay(days.at(-1)!, zone) };
  const schedule = useSchedule(channel, range);
  usePageRequests([{ name: 'panel.list', method: 'GET', url: programsUrl(channel, startsWithin(range)) }]);
  const ruler = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(FIRST_ZOOM);
  const [form, setForm] = useState<ProgramForm | null>(null);
  const [copying, setCopying] = useState(false);
  const [deleted, setDeleted] = useState<Program | null>(null);
  const pxPerHour = ZOOM_LEVELS[zoom]!;
  const programs = schedule.programs ?? [];
  const loading = schedule.programs === null;
  const mayEdit = schema.may('update', 'programs') && schema.may('create', 'programs');
  const editable = mayEdit && !loading;
  const fail = (error: unknown) => notify(explained(error), { type: 'error' });
  const remove = (program: Program) => void schedule.remove(program).then(() => setDeleted(program), fail);
  const drop = (source: DragSource, span: Span, conflict: Program | null) => {
    if (conflict) {
      notify(t('schedule.overlaps', conflictWords(conflict, zone)), { type: 'error' });
      return;
    }
    if (source.kind !== 'new') void schedule.change(source.program, span).catch(fail);
    else void schedule.create({ content: source.title.id, ...span }).catch(fail);
  };
  const { drag, begin } = useRulerDrag({ ruler, zone, pxPerHour, programs, onDrop: drop });
  /** Opens the form with the first free time that is long enough, from now on or from the start of the day. */
  const addTitle = (content: Row | null) => {
    const length = (content && titleDuration(content)) ?? MINUTE;
    const from = Math.min(Math.max(range.starts, Date.now()), range.ends - MINUTE);
    const gaps = gapsIn(programs, Date.now() > range.ends ? range.starts : from, range.ends);
    const gap = gaps.find((g) => g.ends - g.starts >= length) ?? gaps[0];
    setForm({ program: null, content, starts: gap?.starts ?? range.starts });
  };
  const add = (starts: number) => setForm({ program: null, content: null, starts });
  const open = (program: Program) =>
    editable
      ? setForm({ program, content: null, starts: program.starts })
      : navigate(`/programs/${encodeURIComponent(program.id)}/show`);
  const copy = async (copies: Copy[], to: Day) => {
    let done = 0;
    try {
      for (const one of copies) {
        await schedule.create(one);
        done += 1;
      }
      place.go({ date: to, view: 'day' });
      notify(t('schedule.copied', { smart_count: done }));
    } catch (error) {
      notify(t('schedule.copy_failed', { done, count: copies.length, why: explained(error) }), {
        type: 'error',
      });
    }
  };
  const common = { days, zone, programs, editable, loading, onOpen: open, onAdd: add, onRemove: remove };
  return (
    <div className="schedule-page">
      <PageHead title={t('schedule.page')}>
        {mayEdit && (
          <>
            <Button icon={CopyIcon} disabled={loading} onClick={() => setCopying(true)}>
              {t('schedule.copy_day')}
            </Button>
            <Button kind="primary" icon={Plus} disabled={loading} onClick={() => addTitle(null)}>
              {t('schedule.add')}
            </Button>
          </>
        )}
      </PageHead>
      <Toolbar
        place={place}
        channels={channels}
        zoom={zoom}
        onZoom={narrow ? null : (by) => setZoom((z) => Math.min(ZOOM_LEVELS.length - 1, Math.max(0, z + by)))}
      />
      <div role="status" className="schedule-status">
        {deleted && (
          <span className="schedule-deleted">
            {t('schedule.deleted', { name: deleted.title })}
            <Button
              small
              icon={Undo2}
              onClick={() => {
                setDeleted(null);
                void schedule.restore(deleted).catch(fail);
              }}
            >
              {t('markers.undo')}
            </Button>
            <IconButton className="small" label={t('close')} icon={X} onClick={() => setDeleted(null)} />
          </span>
        )}
      </div>
      {schedule.error !== null ? (
        <ProblemNotice error={schedule.error} retry={schedule.refetch} />
      ) : narrow ? (
        <Agenda {...common} />
      ) : (
        <div className="schedule-columns" data-panel={mayEdit || undefined}>
          {mayEdit && <TitlePanel onDragStart={begin} onAdd={addTitle} />}
          <Ruler
            {...common}
            ruler={ruler}
            pxPerHour={pxPerHour}
            drag={drag}
            onDragStart={begin}
            onSave={(program, span) => void schedule.change(program, span).catch(fail)}
          />
        </div>
      )}
      {drag && (
        <p
          className="drag-words"
          data-conflict={drag.conflict ? true : undefined}
          role="status"
          style={{ left: drag.x + 14, top: drag.y + 14 }}
        >
          {!drag.span
            ? t('schedule.drop_hint')
            : drag.conflict
              ? t('schedule.overlaps', conflictWords(drag.conflict, zone))
              : timesOf(drag.span, zone)}
        </p>
      )}
      {form && (
        <ProgramDialog
          key={`${form.program?.id} ${form.starts}`}
          form={form}
          zone={zone}
          programs={programs}
          onClose={() => setForm(null)}
          onRemove={remove}
          onSave={async (content, span) => {
            if (form.program) await schedule.change(form.program, span, content);
            else await schedule.create({ content, ...span });
          }}
        />
      )}
      {copying && (
        <CopyDayDialog
          day={day}
          channel={channel}
          zone={zone}
          programs={programs}
          onClose={() => setCopying(false)}
          onCopy={copy}
        />
      )}
    </div>
  );
}

export function SchedulePage() {
  const t = useT();
  const schema = useSchema();
  const { data, error, refetch } = useGetList<Row>('channels', {
    pagination: { page: 1, perPage: MAX_CHANNELS },
    sort: { field: 'name', order: 'ASC' },
    meta: { plain: true },
  });
  const place = usePlace(data ?? []);
  if (error && !data) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (!data)
    return (
      <div className="waiting" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </div>
    );
  if (!place.channel)
    return (
      <>
        <PageHead title={t('schedule.page')} />
        <Empty
          title={t('schedule.no_channel')}
          action={
            schema.may('create', 'channels') && (
              <LinkButton to="/channels/create" kind="primary" icon={Plus}>
                {t('schedule.create_channel')}
              </LinkButton>
            )
          }
        >
          {t('schedule.no_channel_why')}
        </Empty>
      </>
    );
  return <ChannelSchedule key={place.channel.id} place={place} channels={data} />;
}
