import Popover from '@mui/material/Popover';
import { useState } from 'react';
import type { Resource } from '../api/schema';
import { useT } from '../i18n';
import { fieldLabel } from '../i18n/labels';
import { ArrowDown, ArrowUp, Columns3 } from '../ui/lucide';
import { IconButton } from '../ui/components';
import { moveColumn, availableColumns, toggleColumn, useColumns } from './columns';

export function ColumnsMenu({ resource }: { resource: Resource }) {
  const t = useT();
  const { choice, setChoice, columns } = useColumns(resource);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const hidden = availableColumns(resource).filter((f) => !columns.includes(f));
  return (
    <>
      <IconButton
        label={t('list.columns')}
        icon={Columns3}
        onClick={(e) => setAnchor(e.currentTarget)}
        aria-expanded={anchor !== null}
      />
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
      >
        <div className="columns-menu" role="group" aria-label={t('list.columns')}>
          {[...columns, ...hidden].map((f) => {
            const visible = columns.includes(f);
            return (
              <div key={f.name} className="columns-row">
                <label className="check">
                  <input
                    type="checkbox"
                    checked={visible}
                    onChange={(e) => setChoice(toggleColumn(choice, f, e.target.checked))}
                  />
                  <span>{fieldLabel(f, resource)}</span>
                </label>
                {visible && (
                  <>
                    <button
                      type="button"
                      className="icon-btn small"
                      aria-label={t('list.move_up', { name: fieldLabel(f, resource) })}
                      disabled={columns[0] === f}
                      onClick={() => setChoice({ ...choice, order: moveColumn(columns, f, -1) })}
                    >
                      <ArrowUp size={14} />
                    </button>
                    <button
                      type="button"
                      className="icon-btn small"
                      aria-label={t('list.move_down', { name: fieldLabel(f, resource) })}
                      disabled={columns.at(-1) === f}
                      onClick={() => setChoice({ ...choice, order: moveColumn(columns, f, 1) })}
                    >
                      <ArrowDown size={14} />
                    </button>
                  </>
                )}
              </div>
            );
          })}
        </div>
      </Popover>
    </>
  );
}
