/** Accepts dropped files on any page; they are uploaded to the last chosen library. */
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { useT } from '../i18n';
import { Bars } from '../ui/components';
import { uploadQueue } from './uploadQueue';
import { libraryName, useLibrary } from './UploadsPage';

const carriesFiles = (e: DragEvent) => e.dataTransfer?.types.includes('Files') ?? false;

export function DropAnywhere() {
  const t = useT();
  const navigate = useNavigate();
  const { library } = useLibrary();
  const [dragging, setDragging] = useState(false);
  useEffect(() => {
    let depth = 0;
    const onDragEnter = (e: DragEvent) => {
      if (carriesFiles(e)) {
        depth += 1;
        setDragging(true);
      }
    };
    const onDragLeave = (e: DragEvent) => {
      if (carriesFiles(e)) {
        depth -= 1;
        if (depth <= 0) setDragging(false);
      }
    };
    const onDragOver = (e: DragEvent) => {
      if (carriesFiles(e)) e.preventDefault();
    };
    const onDrop = (e: DragEvent) => {
      if (e.defaultPrevented || !carriesFiles(e)) return;
      e.preventDefault();
      const files = [...(e.dataTransfer?.files ?? [])];
      if (files.length === 0 || !library) return;
      uploadQueue.add(files, { id: library.id, name: libraryName(library) });
      navigate('/uploads');
    };
    // In the capture phase, before another element handles the drop.
    const resetOverlay = () => {
      depth = 0;
      setDragging(false);
    };
    window.addEventListener('drop', resetOverlay, true);
    const handlers = [
      ['dragenter', onDragEnter],
      ['dragleave', onDragLeave],
      ['dragover', onDragOver],
      ['drop', onDrop],
    ] as const;
    handlers.forEach(([name, call]) => window.addEventListener(name, call as EventListener));
    return () => {
      window.removeEventListener('drop', resetOverlay, true);
      handlers.forEach(([name, call]) => window.removeEventListener(name, call as EventListener));
    };
  }, [library, navigate]);
  if (!dragging || !library) return null;
  return (
    <div className="drop-over" role="status">
      <div>
        <Bars className="bars-wide" />
        <h2>{t('upload.drop_to', { name: libraryName(library) })}</h2>
      </div>
    </div>
  );
}
