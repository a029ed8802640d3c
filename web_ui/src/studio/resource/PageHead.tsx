/** The head of a page: parent link, title, actions. */
import { useEffect, type ReactNode } from 'react';
import { Link } from 'react-router-dom';

export function PageHead({
  title,
  children,
  up,
  meta,
}: {
  title: ReactNode;
  children?: ReactNode;
  up?: { to: string; label: string };
  meta?: ReactNode;
}) {
  const name = typeof title === 'string' ? title : '';
  useEffect(() => {
    document.title = name ? `${name} · OTNet` : 'OTNet';
  }, [name]);
  return (
    <header className="page-head">
      <div className="page-title">
        {up && (
          <Link className="up" to={up.to}>
            {up.label}
          </Link>
        )}
        <h1 dir="auto">{title}</h1>
        {meta}
      </div>
      {children && <div className="page-actions">{children}</div>}
    </header>
  );
}
