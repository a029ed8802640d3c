/** The site in a frame, which shows the home page of the draft. */
import { useEffect, useRef, useState } from 'react';
import { useT } from '../i18n';
import { RadioGroup } from '../ui/RadioGroup';

const SITE = '/?preview=layout';
const WIDTHS = { computer: 1280, phone: 390 } as const;
type Device = keyof typeof WIDTHS;
const DEVICES = ['computer', 'phone'] as const;

export function LayoutPreview({ home }: { home: unknown }) {
  const t = useT();
  const frame = useRef<HTMLIFrameElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const [device, setDevice] = useState<Device>('computer');
  const [size, setSize] = useState({ width: 640, height: 640 });
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(stage.current!);
    const onMessage = (event: MessageEvent<{ type?: string } | null>) => {
      if (event.origin !== location.origin || event.source !== frame.current?.contentWindow) return;
      if (event.data?.type === 'otnet:home-preview-ready') setReady(true);
    };
    addEventListener('message', onMessage);
    return () => {
      observer.disconnect();
      removeEventListener('message', onMessage);
    };
  }, []);
  useEffect(() => {
    if (ready && home) frame.current?.contentWindow?.postMessage({ type: 'otnet:home-preview', home }, location.origin);
  }, [ready, home]);
  const width = WIDTHS[device];
  const scale = Math.min(1, size.width / width);
  return (
    <section className="layout-preview" aria-label={t('layout.preview')}>
      <header className="section-head">
        <h2>{t('layout.preview')}</h2>
        <RadioGroup
          label={t('layout.device')}
          values={DEVICES}
          value={device}
          optionLabel={(value) => t(`layout.device.${value}`)}
          onChange={setDevice}
        />
      </header>
      <div className="layout-stage" ref={stage}>
        <iframe
          ref={frame}
          src={SITE}
          title={t('layout.preview')}
          style={{ width, height: size.height / scale, transform: `scale(${scale})` }}
        />
      </div>
      <p className="muted layout-note">{t('layout.preview_why')}</p>
    </section>
  );
}
