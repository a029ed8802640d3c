/** Adds a row to the home page: of a kind, and for some kinds of a record. */
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { ReferencePicker } from '../fields/reference/ReferencePicker';
import { useT } from '../i18n';
import { useSchema } from '../SchemaContext';
import { Button } from '../ui/components';
import { Plus } from '../ui/lucide';
import { MenuButton } from '../ui/MenuButton';
import { addableKinds, MAX_ROWS, newRow, RECORDS, recordsWithRow, type DraftRow, type RowKind } from './layout';

export function AddRow({ rows, onAdd }: { rows: readonly DraftRow[]; onAdd: (row: DraftRow) => void }) {
  const t = useT();
  const schema = useSchema();
  /** The kind whose record is being chosen. */
  const [choosing, setChoosing] = useState<RowKind | null>(null);
  const kinds = addableKinds(rows).filter((kind) => !RECORDS[kind] || schema.may('list', RECORDS[kind]));
  if (kinds.length === 0) return <p className="muted quiet-line">{t('layout.full', { count: MAX_ROWS })}</p>;
  const choose = (kind: RowKind) => {
    if (RECORDS[kind]) setChoosing(kind);
    else onAdd(newRow(kind));
  };
  return (
    <div className="layout-add">
      <MenuButton
        trigger={(props) => (
          <Button icon={Plus} {...props}>
            {t('layout.add_row')}
          </Button>
        )}
      >
        {(close) =>
          kinds.map((kind) => (
            <MenuItem
              key={kind}
              onClick={() => {
                close();
                choose(kind);
              }}
            >
              {t(`layout.kind.${kind}`)}
            </MenuItem>
          ))
        }
      </MenuButton>
      {choosing && (
        <ReferencePicker
          key={choosing}
          resource={schema.find(RECORDS[choosing]!)!}
          value={null}
          onChange={(record) => {
            if (!record) return;
            onAdd(newRow(choosing, record.id));
            setChoosing(null);
          }}
          exclude={recordsWithRow(rows, choosing)}
          label={t(`layout.kind.${choosing}`)}
          placeholder={t(`layout.kind.${choosing}`)}
          autoFocus
          creatable={false}
        />
      )}
    </div>
  );
}
