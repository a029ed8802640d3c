/** Files may be let fall on any page; they go to the library that was last chosen. */
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { useT } from '../i18n';
import { Bars } from '../ui/components';
import { queue } from './uploadQueue';
import { libraryName, useLibrary } from './UploadsPage';

const carriesFiles = (e: DragEvent) => e.dataTransfer?.types.includes('Files') ?? false;

export function DropAnywhere() {
  const t = useT();
  const navigate = useNavigate();
  const { library } = useLibrary();
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const enter = (e: DragEvent) => {
      if (carriesFiles(e)) {
        depth += 1;
        setOver(true);
      }
    };
    const leave = (e: DragEvent) => {
      if (carriesFiles(e)) {
        depth -= 1;
        if (depth <= 0) setOver(false);
      }
    };
    const overIt = (e: DragEvent) => {
      if (carriesFiles(e)) e.preventDefault();
    };
    const drop = (e: DragEvent) => {
      if (e.defaultPrevented || !carriesFiles(e)) return;
      e.preventDefault();
      const files = [...(e.dataTransfer?.files ?? [])];
      if (files.length === 0 || !library) return;
      queue.add(files, { id: library.id, name: libraryName(library) });
      navigate('/uploads');
    };
    // Before anything on the page may take the file for itself.
    const end = () => {
      depth = 0;
      setOver(false);
    };
    window.addEventListener('drop', end, true);
    const all = [
      ['dragenter', enter],
      ['dragleave', leave],
      ['dragover', overIt],
      ['drop', drop],
    ] as const;
    all.forEach(([name, call]) => window.addEventListener(name, call as EventListener));
    return () => {
      window.removeEventListener('drop', end, true);
      all.forEach(([name, call]) => window.removeEventListener(name, call as EventListener));
    };
  }, [library, navigate]);
  if (!over || !library) return null;
  return (
    <div className="drop-over" role="status">
      <div>
        <Bars className="bars-wide" />
        <h2>{t('upload.drop_to', { name: libraryName(library) })}</h2>
      </div>
    </div>
  );
}
