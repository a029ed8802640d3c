/** Imports metadata of many titles from a table: choose a file, check the columns and the preview, import. */
import { useRef, useState } from 'react';
import { useT } from '../i18n';
import { fieldLabel, optionLabel, resourcePlural } from '../i18n/labels';
import { usePageRequests } from '../panel/pageRequests';
import { PageHead } from '../resource/PageHead';
import { useSchema } from '../SchemaContext';
import { Download, Upload } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Button, Icon } from '../ui/components';
import { ImportProgress } from './ImportProgress';
import { ImportPreview } from './ImportPreview';
import {
  hasKey,
  mappingOf,
  METADATA_IMPORTS,
  metadataImports,
  withLabels,
  type Mapping,
  type MetadataImport,
  type Preview,
} from './metadataImport';

const FILES = '.csv,.tsv,.txt,.jsonl,.ndjson';

/** The labels of what columns can be, in the language of the studio. */
export function useTargetLabels(): Record<string, string> {
  const t = useT();
  const schema = useSchema();
  const content = schema.find('content');
  const role = schema.find('credit')?.fields.find((f) => f.name === 'role');
  return Object.fromEntries([
    ['id', t('metadata.id')],
    ['year', t('metadata.year')],
    ...(content?.fields ?? []).filter((f) => f.name !== 'id').map((f) => [f.name, fieldLabel(f, content)]),
    ...(role?.options ?? []).map((o) => [`credits.${o.value}`, optionLabel(role!, o)]),
  ]);
}

export function ImportMetadataPage() {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const labels = useTargetLabels();
  const content = useSchema().find('content');
  const [file, setFile] = useState<File | null>(null);
  const [create, setCreate] = useState(true);
  const [mapping, setMapping] = useState<Mapping>({});
  const [preview, setPreview] = useState<Preview | null>(null);
  const [job, setJob] = useState<MetadataImport | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const newest = useRef(0);
  usePageRequests([{ name: 'panel.import', method: 'POST', url: `${METADATA_IMPORTS}?dry_run=true` }]);

  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  /** Asks for a preview; a later request overtakes an earlier one. */
  const check = (chosenFile: File, next: Mapping | null, createMissing: boolean) =>
    run(async () => {
      newest.current += 1;
      const number = newest.current;
      let result = await metadataImports.preview(chosenFile, next, createMissing);
      if (next === null) {
        const recognized = mappingOf(result.columns);
        const labelled = withLabels(recognized, labels);
        if (hasKey(labelled) && JSON.stringify(labelled) !== JSON.stringify(recognized))
          result = await metadataImports.preview(chosenFile, labelled, createMissing);
      }
      if (number !== newest.current) return;
      setPreview(result);
      setMapping(mappingOf(result.columns));
    });
  const choose = (chosenFile: File) => {
    setFile(chosenFile);
    setPreview(null);
    setJob(null);
    void check(chosenFile, null, create);
  };
  const remap = (next: Mapping) => {
    setMapping(next);
    if (hasKey(next)) void check(file!, next, create);
    else setPreview({ ...preview!, rows: [], failures: [], create: 0, update: 0, failed: 0, missing: {} });
  };
  return (
    <div className="import-page stack wide-gap">
      <PageHead title={t('metadata.title')} up={{ to: '/content', label: resourcePlural(content!) }}>
        <a className="btn btn-plain" href={`${METADATA_IMPORTS}/template`} download>
          <Icon icon={Download} />
          {t('metadata.template')}
        </a>
        <Button
          kind={preview || job ? 'plain' : 'primary'}
          icon={Upload}
          busy={busy && !preview}
          onClick={() => input.current?.click()}
        >
          {t(file ? 'metadata.choose_other' : 'metadata.choose')}
        </Button>
      </PageHead>
      <input
        ref={input}
        type="file"
        hidden
        accept={FILES}
        data-testid="metadata-file"
        onChange={(e) => {
          if (e.target.files?.[0]) choose(e.target.files[0]);
          e.target.value = '';
        }}
      />
      {!preview && !job && <p className="page-doc muted">{t('metadata.why')}</p>}
      {error !== null && <ProblemNotice error={error} />}
      {job ? (
        <ImportProgress initial={job} />
      ) : (
        preview && (
          <ImportPreview
            preview={preview}
            mapping={mapping}
            labels={labels}
            create={create}
            busy={busy}
            onMap={remap}
            onCreate={(value) => {
              setCreate(value);
              if (hasKey(mapping)) void check(file!, mapping, value);
            }}
            onImport={() => void run(async () => setJob(await metadataImports.start(file!, mapping, create)))}
          />
        )
      )}
    </div>
  );
}
