import { useRef } from 'react';
import { useGetList, useStore } from 'react-admin';
import type { Row as Record_ } from '../api/schema';
import { useT } from '../i18n';
import { usePageRequests } from '../panel/pageRequests';
import { PageHead } from '../resource/PageHead';
import { Upload } from '../ui/lucide';
import { Bars, Button, Section } from '../ui/components';
import { ArrivedRow } from './ArrivedRow';
import { ImportFromUrl, IMPORTS_URL } from './ImportFromUrl';
import { UPLOADS_URL, uploadQueue, useUploadQueue } from './uploadQueue';
import { UploadRow } from './UploadRow';

export const libraryName = (l: Record_): string => String(l.label || l.name || l.id);

export function useLibrary() {
  const { data = [] } = useGetList<Record_>('libraries', {
    pagination: { page: 1, perPage: 100 },
    sort: { field: 'name', order: 'ASC' },
    meta: { plain: true },
  });
  const [stored, choose] = useStore<string>('uploads.library', '');
  const library = data.find((l) => l.id === stored) ?? data[0];
  return { libraries: data, library, choose };
}

export function UploadsPage() {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const items = useUploadQueue();
  const { libraries, library, choose } = useLibrary();
  usePageRequests([
    {
      name: 'panel.upload',
      method: 'POST',
      url: UPLOADS_URL,
      headers: {
        'Tus-Resumable': '1.0.0',
        'Upload-Length': '1000000',
        'Upload-Metadata': `filename ${btoa('film.mp4')},library ${btoa(library?.id ?? '')}`,
      },
    },
    {
      name: 'panel.import',
      method: 'POST',
      url: IMPORTS_URL,
      body: { url: 'https://example.org/film.mp4', library: library?.id ?? '' },
    },
  ]);
  const add = (files: FileList | null) => {
    if (files?.length && library) uploadQueue.add([...files], { id: library.id, name: libraryName(library) });
  };
  const done = items.filter((i) => i.state === 'done').length;
  return (
    <div className="uploads-page">
      <PageHead title={t('nav.uploads')} />
      <div className="upload-to">
        <label htmlFor="library">{t('upload.to')}</label>
        <select id="library" className="control" value={library?.id ?? ''} onChange={(e) => choose(e.target.value)}>
          {libraries.map((l) => (
            <option key={l.id} value={l.id}>
              {libraryName(l)}
            </option>
          ))}
        </select>
      </div>
      <div className="drop">
        <Bars className="bars-wide" />
        <h2>{t('upload.drop')}</h2>
        <p className="muted">{t('upload.drop_why')}</p>
        <Button kind="primary" icon={Upload} disabled={!library} onClick={() => input.current?.click()}>
          {t('upload.choose')}
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          data-testid="upload-input"
          onChange={(e) => {
            add(e.target.files);
            e.target.value = '';
          }}
        />
      </div>
      {items.length > 0 && (
        <Section
          title={t('upload.files')}
          count={items.length}
          action={
            done > 0 ? (
              <Button kind="quiet" small onClick={uploadQueue.clear}>
                {t('upload.clear')}
              </Button>
            ) : null
          }
        >
          <ul className="rows">
            {items.map((i) =>
              i.state === 'done' ? (
                <ArrivedRow
                  key={i.key}
                  item={{ ...i, mediaUrl: i.upload && `${UPLOADS_URL}/${i.upload}/media` }}
                  onRemove={() => uploadQueue.remove(i.key)}
                />
              ) : (
                <UploadRow key={i.key} item={i} />
              ),
            )}
          </ul>
        </Section>
      )}
      <ImportFromUrl library={library ? { id: library.id, name: libraryName(library) } : null} />
    </div>
  );
}
