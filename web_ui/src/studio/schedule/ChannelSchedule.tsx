/** The schedule of a channel: a day or a week as a ruler of time, or a day as a list on narrow screens. */
import useMediaQuery from '@mui/material/useMediaQuery';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useNotify } from 'react-admin';
import { useNavigate } from 'react-router-dom';
import type { Row } from '../api/schema';
import { useReferencedRecords } from '../fields/reference/useReferences';
import { useT } from '../i18n';
import { usePageRequests } from '../panel/pageRequests';
import { PageHead } from '../resource/PageHead';
import { useSchema } from '../SchemaContext';
import { Button } from '../ui/components';
import { CalendarRange, Copy as CopyIcon, Eye, Plus } from '../ui/lucide';
import { pictureOf } from '../ui/Picture';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Agenda } from './Agenda';
import { BlocksDialog } from './BlocksDialog';
import { CopyDayDialog } from './CopyDayDialog';
import { MomentPanel } from './MomentPanel';
import { ProgramDialog, type ProgramForm } from './ProgramDialog';
import { gapsIn, titleDuration, type Program, type Span } from './programs';
import { Ruler, type Refused } from './Ruler';
import { StatusBar } from './StatusBar';
import { conflictWords, timesOf } from './times';
import { TitlePanel } from './TitlePanel';
import { Toolbar } from './Toolbar';
import { airingsUrl, useAirings } from './useAirings';
import { useChanges } from './useChanges';
import type { Place } from './usePlace';
import { useRulerDrag, type DragSource } from './useRulerDrag';
import { programsUrl, startsWithin, useSchedule } from './useSchedule';
import { endOfDay, MINUTE, startOfDay } from './zone';

const ZOOM_LEVELS = [32, 48, 72, 108, 162, 243] as const;
const FIRST_ZOOM = 3;
const NARROW = '(max-width: 760px)';
const MAX_PICTURES = 100;

interface Props {
  place: Place;
  /** The channels to choose from; empty on the page of a channel, which has a heading of its own. */
  channels: readonly Row[];
}

/** The pictures of the titles that are aired. */
function usePictures(contents: readonly (string | null)[]): (content: string | null) => string | null {
  const resource = useSchema().find('content');
  const ids = [...new Set(contents.filter((id) => id !== null))].sort().slice(0, MAX_PICTURES);
  const rows = useReferencedRecords(resource, ids);
  const pictures = new Map(rows.map((row) => [row.id, pictureOf(row, 'poster')]));
  return (content) => (content === null ? null : (pictures.get(content) ?? null));
}

export function ChannelSchedule({ place, channels }: Props) {
  const t = useT();
  const notify = useNotify();
  const navigate = useNavigate();
  const narrow = useMediaQuery(NARROW, { noSsr: true });
  const schema = useSchema();
  const { zone, day } = place;
  const days = narrow ? [day] : place.days;
  const channel = place.channel!.id;
  const range: Span = { starts: startOfDay(days[0]!, zone), ends: endOfDay(days.at(-1)!, zone) };
  const schedule = useSchedule(channel, range);
  const { airings, known } = useAirings(channel, range);
  const contents = useMemo(() => airings.map((a) => a.content), [airings]);
  const picture = usePictures(contents);
  usePageRequests([
    { name: 'panel.list', method: 'GET', url: programsUrl(channel, startsWithin(range)) },
    { name: 'panel.airings', method: 'GET', url: airingsUrl(channel, range) },
  ]);
  const ruler = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(FIRST_ZOOM);
  const [form, setForm] = useState<ProgramForm | null>(null);
  const [copying, setCopying] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);
  const [templating, setTemplating] = useState(false);
  const [moment, setMoment] = useState<number | null>(null);
  const pxPerHour = ZOOM_LEVELS[zoom]!;
  const programs = schedule.programs ?? [];
  const loading = schedule.programs === null;
  const mayEdit = schema.may('update', 'programs') && schema.may('create', 'programs');
  const editable = mayEdit && !loading;
  const mayPlan = schema.may('update', 'channels');
  const changes = useChanges(schedule, zone);
  useEffect(() => setRefused(null), [changes.done]);
  const apply = (source: DragSource, span: Span) => {
    setRefused(null);
    const done = source.kind === 'new' ? changes.create(source.title.id, span) : changes.change(source.program, span);
    void done.catch(changes.fail);
  };
  const drop = (source: DragSource, span: Span, conflict: Program | null) => {
    if (conflict) setRefused({ source, span, conflict });
    else if (source.kind !== 'resize' && span.starts < Date.now() - MINUTE)
      notify(t('schedule.in_the_past'), { type: 'error' });
    else apply(source, span);
  };
  const { drag, begin } = useRulerDrag({ ruler, zone, pxPerHour, programs, onDrop: drop });
  const startDrag: typeof begin = (event, source) => {
    setRefused(null);
    begin(event, source);
  };
  /** Opens the form with the first free time that is long enough, from now on or from the start of the day. */
  const addTitle = (content: Row | null) => {
    const length = (content && titleDuration(content)) ?? MINUTE;
    const from = Math.min(Math.max(range.starts, Date.now()), range.ends - MINUTE);
    const gaps = gapsIn(programs, Date.now() > range.ends ? range.starts : from, range.ends);
    const gap = gaps.find((g) => g.ends - g.starts >= length) ?? gaps[0];
    setForm({ program: null, content, starts: gap?.starts ?? range.starts });
  };
  const open = (program: Program) =>
    editable
      ? setForm({ program, content: null, starts: program.starts })
      : navigate(`/programs/${encodeURIComponent(program.id)}/show`);
  const common = {
    days,
    zone,
    programs,
    airings,
    known,
    editable,
    loading,
    onOpen: open,
    onAdd: (starts: number) => setForm({ program: null, content: null, starts }),
    onRemove: changes.remove,
  };
  const actions = (
    <>
      <Button
        icon={Eye}
        aria-pressed={moment !== null}
        onClick={() => setMoment((old) => (old === null ? Date.now() - MINUTE : null))}
      >
        {t('schedule.preview')}
      </Button>
      {mayPlan && (
        <Button icon={CalendarRange} onClick={() => setTemplating(true)}>
          {t('blocks.open')}
        </Button>
      )}
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
    </>
  );
  const panel = moment !== null && (
    <MomentPanel
      channel={place.channel!}
      at={moment}
      zone={zone}
      airings={airings}
      programs={programs}
      onChange={setMoment}
      onClose={() => setMoment(null)}
    />
  );
  return (
    <div className="schedule-page">
      {channels.length > 0 && <PageHead title={t('schedule.page')}>{actions}</PageHead>}
      <Toolbar
        place={place}
        channels={channels}
        narrow={narrow}
        zoom={{
          level: zoom,
          levels: ZOOM_LEVELS.length,
          change: (by) => setZoom((z) => Math.min(ZOOM_LEVELS.length - 1, Math.max(0, z + by))),
        }}
      >
        {channels.length === 0 && <span className="schedule-actions">{actions}</span>}
      </Toolbar>
      <StatusBar
        refused={refused}
        programs={programs}
        zone={zone}
        changes={changes}
        onMend={(span) => apply(refused!.source, span)}
        onDismiss={() => setRefused(null)}
      />
      {schedule.error !== null ? (
        <ProblemNotice error={schedule.error} retry={schedule.refetch} />
      ) : narrow ? (
        <>
          {panel}
          <Agenda {...common} />
        </>
      ) : (
        <div className="schedule-columns" data-panel={moment !== null ? 'moment' : mayEdit ? 'titles' : undefined}>
          {panel || (mayEdit && <TitlePanel onDragStart={startDrag} onAdd={addTitle} />)}
          <Ruler
            {...common}
            ruler={ruler}
            pxPerHour={pxPerHour}
            pictureOf={picture}
            drag={drag}
            refused={refused}
            moment={moment}
            onMoment={setMoment}
            onDragStart={startDrag}
            onSave={(program, span) => void changes.change(program, span).catch(changes.fail)}
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
          onRemove={changes.remove}
          onSave={async (content, span) => {
            if (form.program) await changes.change(form.program, span, content);
            else await changes.create(content, span);
          }}
        />
      )}
      {templating && <BlocksDialog channel={place.channel!} onClose={() => setTemplating(false)} />}
      {copying && (
        <CopyDayDialog
          day={day}
          channel={channel}
          zone={zone}
          programs={programs}
          onClose={() => setCopying(false)}
          onCopy={changes.copy}
        />
      )}
    </div>
  );
}
