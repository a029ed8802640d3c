/** A button that opens a menu. */
import Menu from '@mui/material/Menu';
import { useId, useState, type ReactElement, type ReactNode } from 'react';

interface Props {
  trigger: (props: {
    onClick: (e: React.MouseEvent<HTMLElement>) => void;
    'aria-haspopup': 'menu';
    'aria-expanded': boolean;
    id: string;
  }) => ReactElement;
  children: (close: () => void) => ReactNode;
}

export function MenuButton({ trigger, children }: Props) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const id = useId();
  const close = () => setAnchor(null);
  return (
    <>
      {trigger({
        id,
        onClick: (e) => setAnchor(e.currentTarget),
        'aria-haspopup': 'menu',
        'aria-expanded': anchor !== null,
      })}
      <Menu open={anchor !== null} anchorEl={anchor} onClose={close} slotProps={{ list: { 'aria-labelledby': id } }}>
        {children(close)}
      </Menu>
    </>
  );
}
