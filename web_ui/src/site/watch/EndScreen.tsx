/** What comes after a title without a next one: watch it again, or choose a related title. */
import { RotateCcw, X } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Card } from '../components/Card';
import { Icon } from '../components/Icon';
import { t } from '../i18n';
import type { TitlePage } from '../../../shared/viewerApi';
import type { Engine } from './player';

const MAX_CARDS = 4;

export function EndScreen({ title, engine }: { title: TitlePage; engine: Engine }) {
  const [closed, setClosed] = useState(false);
  const again = useRef<HTMLButtonElement>(null);
  const ended = engine.state === 'ended' && !engine.upcoming;
  const related = title.related.slice(0, MAX_CARDS);
  const shown = ended && !closed && related.length > 0;
  useEffect(() => {
    if (!ended) setClosed(false);
  }, [ended]);
  useEffect(() => {
    if (!shown) return;
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
    again.current?.focus({ preventScroll: true });
  }, [shown]);
  if (!shown) return null;
  const replay = () => {
    engine.seek(0);
    void engine.play().catch(() => undefined);
  };
  return (
    <section class="end-screen ink" aria-labelledby="end" data-testid="end-screen">
      <header>
        <h2 id="end">{t('end.more')}</h2>
        <button type="button" class="button quiet" ref={again} onClick={replay}>
          <Icon node={RotateCcw} size={18} />
          {t('end.again')}
        </button>
        <button type="button" class="icon-button" aria-label={t('end.close')} onClick={() => setClosed(true)}>
          <Icon node={X} />
        </button>
      </header>
      <ul>
        {related.map((card) => (
          <li key={card.id}>
            <Card card={card} shape="still" />
          </li>
        ))}
      </ul>
    </section>
  );
}
