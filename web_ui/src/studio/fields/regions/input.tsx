import Autocomplete from '@mui/material/Autocomplete';
import { useT } from '../../i18n';
import { countryName } from '../../ui/format';
import { X } from '../../ui/lucide';
import { Icon } from '../../ui/components';
import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';
import { toRegionRule, COUNTRIES } from './countries';

export function Input(entered: FieldInputProps) {
  const t = useT();
  const { id, error, field } = useField(entered);
  const rule = toRegionRule(field.value);
  const countries = rule?.countries ?? [];
  const modes = [
    ['', t('regions.everywhere')],
    ['allow', t('regions.allow')],
    ['deny', t('regions.deny')],
  ] as const;
  return (
    <FieldLayout {...entered} id={id} error={error} group>
      <div className="segmented" role="radiogroup" aria-labelledby={`${id}-label`}>
        {modes.map(([mode, words]) => (
          <label key={mode}>
            <input
              type="radio"
              name={`${id}-mode`}
              checked={(rule?.mode ?? '') === mode}
              onChange={() => field.onChange(mode ? { mode, countries } : null)}
            />
            <span>{words}</span>
          </label>
        ))}
      </div>
      {rule && (
        <>
          <Autocomplete
            id={id}
            value={null}
            options={COUNTRIES.filter((c) => !countries.includes(c))}
            getOptionLabel={countryName}
            blurOnSelect={false}
            clearOnBlur
            key={countries.length}
            onChange={(_, code) => code && field.onChange({ ...rule, countries: [...countries, code] })}
            renderOption={({ key, ...p }, code) => (
              <li key={key} {...p}>
                <span className="grow">{countryName(code)}</span>
                <code className="mono muted">{code}</code>
              </li>
            )}
            renderInput={(params) => (
              <div ref={params.InputProps.ref}>
                <input
                  {...params.inputProps}
                  className="control"
                  placeholder={t('regions.add')}
                  aria-label={t('regions.add')}
                />
              </div>
            )}
          />
          <span className="chips">
            {countries.map((code) => (
              <button
                type="button"
                key={code}
                className="chip chip-btn"
                aria-label={t('remove_name', { name: countryName(code) })}
                onClick={() => field.onChange({ ...rule, countries: countries.filter((c) => c !== code) })}
              >
                {countryName(code)}
                <Icon icon={X} size={12} />
              </button>
            ))}
          </span>
        </>
      )}
    </FieldLayout>
  );
}
