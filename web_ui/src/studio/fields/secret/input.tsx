import { useState } from 'react';
import { useT } from '../../i18n';
import { Eye, EyeOff } from '../../ui/lucide';
import { IconButton } from '../../ui/components';
import { Labelled } from '../Labelled';
import type { Entered } from '../types';
import { useField } from '../useField';

export function Input(entered: Entered) {
  const t = useT();
  const [seen, setSeen] = useState(false);
  const { props, id, error } = useField(entered);
  return (
    <Labelled {...entered} id={id} error={error}>
      <div className="control-with">
        <input {...props} type={seen ? 'text' : 'password'} className="control mono" autoComplete="new-password" />
        <IconButton
          className="in-control"
          label={seen ? t('hide') : t('show')}
          icon={seen ? EyeOff : Eye}
          onClick={() => setSeen(!seen)}
        />
      </div>
    </Labelled>
  );
}
