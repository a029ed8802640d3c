/** Configures an embedded player: options, preview, code to copy. */
import { useState, type ReactNode } from 'react';
import { recordLabel, type Resource, type Row } from '../api/schema';
import { useT } from '../i18n';
import { CopyButton } from '../ui/components';
import { RadioGroup } from '../ui/RadioGroup';
import {
  embedUrl,
  iframeCode,
  scriptCode,
  playerSize,
  SKINS,
  defaultWidth,
  type EmbedChoice,
  type Skin,
} from './embedCode';

const FORMS = ['iframe', 'script', 'link'] as const;

function Checkbox({
  value,
  onChange,
  children,
}: {
  value: boolean;
  onChange: (on: boolean) => void;
  children: ReactNode;
}) {
  return (
    <label className="check">
      <input type="checkbox" checked={value} onChange={(e) => onChange(e.target.checked)} />
      <span>{children}</span>
    </label>
  );
}

function SecondsField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number;
  onChange: (seconds: number) => void;
}) {
  const displayed = value > 0 ? String(value) : '';
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <input
        type="number"
        min={0}
        max={86400}
        step={1}
        placeholder="0"
        className="control num"
        value={displayed}
        onChange={(e) => onChange(Math.max(0, Number(e.target.value) || 0))}
      />
    </label>
  );
}

export function SharePanel({ resource, record }: { resource: Resource; record: Row }) {
  const t = useT();
  const [chosen, setChosen] = useState({
    skin: 'video' as Skin,
    autoplay: false,
    loop: false,
    start: 0,
    end: 0,
    accent: '',
  });
  const [form, setForm] = useState<(typeof FORMS)[number]>('iframe');
  const set = (change: Partial<typeof chosen>) => setChosen({ ...chosen, ...change });
  const server = window.location.origin;
  const choice: EmbedChoice = {
    ...chosen,
    id: record.id,
    title: recordLabel(resource, record),
    width: defaultWidth[chosen.skin],
  };
  const [width, height] = playerSize(choice.skin, choice.width);
  const code = {
    iframe: iframeCode(server, choice),
    script: scriptCode(server, choice),
    link: `${server}/title/${String(record.slug ?? record.id)}`,
  }[form];
  const isPublic = record.status === 'published' && record.visibility === 'public';
  return (
    <div className="share">
      {!isPublic && <p className="field-help">{t('share.hidden')}</p>}
      <div className="share-body">
        <div className="share-choices">
          <RadioGroup
            label={t('share.skin')}
            values={SKINS}
            value={chosen.skin}
            optionLabel={(s) => t(`share.${s}`)}
            onChange={(skin) => set({ skin })}
          />
          <div className="share-row">
            <Checkbox value={chosen.autoplay} onChange={(autoplay) => set({ autoplay })}>
              {t('share.autoplay')}
            </Checkbox>
            <Checkbox value={chosen.loop} onChange={(loop) => set({ loop })}>
              {t('share.loop')}
            </Checkbox>
          </div>
          <div className="share-row">
            <SecondsField label={t('share.start')} value={chosen.start} onChange={(start) => set({ start })} />
            <SecondsField label={t('share.end')} value={chosen.end} onChange={(end) => set({ end })} />
            <label className="field share-accent">
              <span className="field-label">{t('share.accent')}</span>
              <span className="color">
                <input
                  type="color"
                  value={chosen.accent || '#3d7eff'}
                  onChange={(e) => set({ accent: e.target.value })}
                />
                {chosen.accent && (
                  <button type="button" className="btn btn-plain" onClick={() => set({ accent: '' })}>
                    {t('share.own')}
                  </button>
                )}
              </span>
            </label>
          </div>
          <RadioGroup
            label={t('share.form')}
            values={FORMS}
            value={form}
            optionLabel={(f) => t(`share.${f}`)}
            onChange={setForm}
          />
          <pre className="code share-code" tabIndex={0} role="region" aria-label={t('share.code')}>
            <code>{code}</code>
          </pre>
          <CopyButton key={code} text={code} label={t('share.copy')} kind="primary" />
        </div>
        <div className="share-preview">
          <iframe
            key={embedUrl(server, choice)}
            src={embedUrl(server, { ...choice, autoplay: false })}
            title={t('share.preview')}
            style={{ aspectRatio: `${width} / ${height}`, maxWidth: width }}
            loading="lazy"
            allow="autoplay; fullscreen; picture-in-picture; encrypted-media"
          />
        </div>
      </div>
    </div>
  );
}
