import { Link } from 'react-router-dom';
import { recordLabel, type Row } from '../../api/schema';
import { useSchema } from '../../SchemaContext';

/** The label of another record, linked to it. */
export function ReferenceChip({ to, row }: { to: string; row: Row }) {
  const target = useSchema().find(to);
  if (row.loading) return <span className="chip chip-loading" />;
  const name = recordLabel(target, row);
  const plain = name === row.id ? 'chip mono' : 'chip';
  if (!target?.verbs.includes('get'))
    return (
      <span className={plain} dir="auto">
        {name}
      </span>
    );
  return (
    <Link
      className={`${plain} chip-link`}
      to={`/${target.plural}/${row.id}/show`}
      onClick={(e) => e.stopPropagation()}
      dir="auto"
    >
      {name}
    </Link>
  );
}
