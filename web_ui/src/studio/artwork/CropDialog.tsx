/** Selects the visible part of an image, with a preview. */
import { useEffect, useMemo, useState } from 'react';
import Cropper, { type Area } from 'react-easy-crop';
import 'react-easy-crop/react-easy-crop.css';
import { useT } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Button } from '../ui/components';
import { ASPECTS, toFractions, FULL_CROP, type CropFractions } from './crop';

interface Props {
  file: File;
  kind: string;
  onClose: () => void;
  onSave: (crop: CropFractions) => Promise<void>;
}

export function CropDialog({ file, kind, onClose, onSave }: Props) {
  const t = useT();
  const url = useMemo(() => URL.createObjectURL(file), [file]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  const aspect = ASPECTS[kind] ?? null;
  const [at, setAt] = useState({ x: 0, y: 0 });
  const [zoom, setZoom] = useState(1);
  const [crop, setCrop] = useState<CropFractions>(FULL_CROP);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      await onSave(aspect ? crop : FULL_CROP);
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Dialog open title={t('artwork.crop')} onClose={onClose} width="md" closable={!busy}>
      <div className="dialog-body crop-body">
        <div className="crop-area">
          {aspect ? (
            <Cropper
              image={url}
              aspect={aspect}
              crop={at}
              zoom={zoom}
              onCropChange={setAt}
              onZoomChange={setZoom}
              onCropComplete={(percent: Area) => setCrop(toFractions(percent))}
              showGrid={false}
              cropperProps={{ 'aria-label': t('artwork.crop_area') }}
            />
          ) : (
            <img src={url} alt="" />
          )}
        </div>
        <div className="crop-side">
          <span className="muted">{t('artwork.preview')}</span>
          <span className={`crop-preview crop-${kind}`} style={aspect ? { aspectRatio: aspect } : {}}>
            <img
              src={url}
              alt=""
              style={
                aspect
                  ? {
                      width: `${100 / crop.width}%`,
                      height: `${100 / crop.height}%`,
                      left: `${(-crop.x / crop.width) * 100}%`,
                      top: `${(-crop.y / crop.height) * 100}%`,
                    }
                  : {}
              }
            />
          </span>
          {aspect && (
            <label className="field">
              <span className="field-label">{t('artwork.zoom')}</span>
              <input
                type="range"
                min={1}
                max={4}
                step={0.02}
                value={zoom}
                onChange={(e) => setZoom(Number(e.target.value))}
              />
            </label>
          )}
        </div>
        {error !== null && <ProblemNotice error={error} />}
      </div>
      <footer className="dialog-foot">
        <Button onClick={onClose} disabled={busy}>
          {t('cancel')}
        </Button>
        <Button kind="primary" busy={busy} onClick={() => void save()}>
          {t('artwork.save')}
        </Button>
      </footer>
    </Dialog>
  );
}
