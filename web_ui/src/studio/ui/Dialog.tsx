/** A modal dialog with a heading. */
import MuiDialog from '@mui/material/Dialog';
import { useId, type ReactNode } from 'react';
import { useT } from '../i18n';
import { X } from './lucide';
import { IconButton } from './components';

interface Props {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ReactNode;
  width?: 'sm' | 'md' | 'lg';
  closable?: boolean;
}

export function Dialog({ open, title, onClose, children, width = 'sm', closable = true }: Props) {
  const id = useId();
  const t = useT();
  return (
    <MuiDialog
      open={open}
      onClose={(_, reason) => (closable || reason !== 'backdropClick') && onClose()}
      aria-labelledby={id}
      maxWidth={width}
    >
      <div className="dialog">
        <header className="dialog-head">
          <h2 id={id}>{title}</h2>
          {closable && <IconButton label={t('close')} icon={X} onClick={onClose} />}
        </header>
        {children}
      </div>
    </MuiDialog>
  );
}
