import { useId, type HTMLInputTypeAttribute } from 'react';

/** One line of text with its label, a hint below it, and what is wrong with it. */
export function Field({
  label,
  value,
  onChange,
  hint,
  problem,
  type = 'text',
  unit,
  ...rest
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  problem?: string | undefined;
  type?: HTMLInputTypeAttribute;
  /** Stands behind the number. */
  unit?: string | undefined;
  required?: boolean;
  autoComplete?: string;
  maxLength?: number;
  placeholder?: string;
  disabled?: boolean;
  min?: number;
  max?: number;
}) {
  const id = useId();
  const about = problem ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <span className="field-line">
        <input
          id={id}
          type={type}
          value={value}
          step={type === 'number' ? 'any' : undefined}
          aria-describedby={about === undefined ? undefined : `${id}-about`}
          aria-invalid={problem === undefined ? undefined : true}
          onChange={(event) => {
            onChange(event.target.value);
          }}
          {...rest}
        />
        {unit === undefined ? null : <span className="muted">{unit}</span>}
      </span>
      {about === undefined ? null : (
        <span id={`${id}-about`} className={problem === undefined ? 'field-about muted' : 'field-about bad'}>
          {about}
        </span>
      )}
    </div>
  );
}

/** Several lines of text with their label, a hint below, and what is wrong with them. */
export function Lines({
  label,
  value,
  onChange,
  hint,
  problem,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint: string;
  problem: string | undefined;
}) {
  const id = useId();
  return (
    <div className="field field-lines">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={2}
        value={value}
        aria-describedby={`${id}-about`}
        aria-invalid={problem === undefined ? undefined : true}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      <span id={`${id}-about`} className={problem === undefined ? 'field-about muted' : 'field-about bad'}>
        {problem ?? hint}
      </span>
    </div>
  );
}

/** One of several, with its label. */
export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
  disabled = false,
}: {
  label: string;
  value: Value;
  options: readonly (readonly [Value, string])[];
  onChange: (value: Value) => void;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        onChange={(event) => {
          const chosen = options.find(([one]) => one === event.target.value);
          if (chosen !== undefined) onChange(chosen[0]);
        }}
      >
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Something that holds or does not. */
export function Check({
  label,
  value,
  onChange,
}: {
  label: string;
  value: boolean;
  onChange: (value: boolean) => void;
}) {
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={value}
        onChange={(event) => {
          onChange(event.target.checked);
        }}
      />
      <span>{label}</span>
    </label>
  );
}
