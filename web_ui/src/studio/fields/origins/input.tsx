/** Sites, one a line: what is pasted with a path is brought down to its origin. */
import { useState } from 'react';
import { Labelled } from '../Labelled';
import type { Entered } from '../types';
import { useField } from '../useField';
import { sitesOf } from './parseOrigins';

export function Input(entered: Entered) {
  const { props, id, error, field: control } = useField(entered);
  const [text, setText] = useState(() => (Array.isArray(control.value) ? control.value.join('\n') : ''));
  const leave = () => {
    const sites = sitesOf(text);
    setText(sites.join('\n'));
    control.onChange(sites.length ? sites : null);
    control.onBlur();
  };
  return (
    <Labelled {...entered} id={id} error={error}>
      <textarea
        {...props}
        value={text}
        onChange={(e) => setText(e.target.value)}
        onBlur={leave}
        rows={3}
        dir="ltr"
        spellCheck={false}
        className="control mono"
        placeholder="https://example.org"
      />
    </Labelled>
  );
}
