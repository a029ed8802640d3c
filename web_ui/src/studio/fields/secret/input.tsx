import { useState } from 'react';
import { useT } from '../../i18n';
import { Eye, EyeOff } from '../../ui/lucide';
import { IconButton } from '../../ui/components';
import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';

export function Input(entered: FieldInputProps) {
  const t = useT();
  const [revealed, setRevealed] = useState(false);
  const { props, id, error } = useField(entered);
  return (
    <FieldLayout {...entered} id={id} error={error}>
      <div className="control-with">
        <input {...props} type={revealed ? 'text' : 'password'} className="control mono" autoComplete="new-password" />
        <IconButton
          className="in-control"
          label={revealed ? t('hide') : t('show')}
          icon={revealed ? EyeOff : Eye}
          onClick={() => setRevealed(!revealed)}
        />
      </div>
    </FieldLayout>
  );
}
