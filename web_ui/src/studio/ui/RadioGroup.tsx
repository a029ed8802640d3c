/** A choice between a few values, all of which are visible. */
export function RadioGroup<T extends string>({
  label,
  values,
  value,
  optionLabel,
  onChange,
}: {
  label: string;
  values: readonly T[];
  value: T;
  optionLabel: (value: T) => string;
  onChange: (value: T) => void;
}) {
  return (
    <div className="segmented" role="radiogroup" aria-label={label}>
      {values.map((v) => (
        <label key={v}>
          <input type="radio" name={label} checked={v === value} onChange={() => onChange(v)} />
          <span>{optionLabel(v)}</span>
        </label>
      ))}
    </div>
  );
}
