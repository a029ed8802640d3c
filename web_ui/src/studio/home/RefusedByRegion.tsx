import { useT } from '../i18n';
import { TriangleAlert } from '../ui/lucide';
import { Icon, Section } from '../ui/components';

/** Titles that no viewer can play, because the server can't tell from which country a viewer comes. */
export function RefusedByRegion({ count }: { count: number }) {
  const t = useT();
  return (
    <Section title={t('regions.refused')} count={count}>
      <ul className="rows">
        <li className="failed-row" data-id="regions">
          <Icon icon={TriangleAlert} />
          <div>
            <span className="name">{t('regions.no_database')}</span>
            <p className="danger">{t('regions.no_database_remedy')}</p>
          </div>
        </li>
      </ul>
    </Section>
  );
}
