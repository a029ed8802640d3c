/** A player for somebody else's page: pick how it looks, see it, take the code along. */
import { useState } from 'react';
import { nameOf, type Resource, type Row } from '../api/schema';
import { useT } from '../i18n';
import { CopyButton, Section } from '../ui/parts';
import { address, iframe, script, sizeOf, SKINS, widthOf, type Skin } from './code';

const FORMS = ['iframe', 'script', 'link'] as const;

export function SharePanel({ resource, record }: { resource: Resource; record: Row }) {
  const t = useT();
  const [skin, setSkin] = useState<Skin>('video');
  const [autoplay, setAutoplay] = useState(false);
  const [start, setStart] = useState(0);
  const [form, setForm] = useState<(typeof FORMS)[number]>('iframe');
  const server = window.location.origin;
  const chosen = { id: record.id, title: nameOf(resource, record), skin, autoplay, start, width: widthOf[skin] };
  const [width, height] = sizeOf(skin, chosen.width);
  const code = { iframe: iframe(server, chosen), script: script(server, chosen), link: `${server}/title/${String(record.slug ?? record.id)}` }[form];
  const seen = record.status === 'published' && record.visibility === 'public';
  return (
    <Section title={t('share.title')} className="share">
      {!seen && <p className="field-help">{t('share.hidden')}</p>}
      <div className="share-body">
        <div className="share-choices">
          <div role="radiogroup" aria-label={t('share.skin')} className="segments">
            {SKINS.map((s) => <button key={s} type="button" role="radio" aria-checked={s === skin} className="segment" onClick={() => setSkin(s)}>{t(`share.${s}`)}</button>)}
          </div>
          <label className="check"><input type="checkbox" checked={autoplay} onChange={(e) => setAutoplay(e.target.checked)} /><span>{t('share.autoplay')}</span></label>
          <label className="field"><span className="field-label">{t('share.start')}</span><input type="number" min={0} max={86400} step={1} className="control num" value={start} onChange={(e) => setStart(Math.max(0, Number(e.target.value) || 0))} /></label>
          <div role="radiogroup" aria-label={t('share.form')} className="segments">
            {FORMS.map((f) => <button key={f} type="button" role="radio" aria-checked={f === form} className="segment" onClick={() => setForm(f)}>{t(`share.${f}`)}</button>)}
          </div>
          <pre className="code share-code" tabIndex={0} aria-label={t('share.code')}><code>{code}</code></pre>
          <CopyButton key={code} text={code} label={t('share.copy')} kind="primary" />
        </div>
        <div className="share-preview">
          <iframe key={address(server, chosen)} src={address(server, { ...chosen, autoplay: false })} title={t('share.preview')} style={{ aspectRatio: `${width} / ${height}`, maxWidth: width }} loading="lazy" allow="autoplay; fullscreen; picture-in-picture; encrypted-media" />
        </div>
      </div>
    </Section>
  );
}
