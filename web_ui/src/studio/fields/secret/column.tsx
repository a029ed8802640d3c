export const Column = () => (
  <span className="mono muted" aria-hidden="true">
    ••••••
  </span>
);
