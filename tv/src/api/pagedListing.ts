// A listing with cursor pagination. The next page is requested when the focus approaches the end; one request at a
// time.
import type { Card } from '../../../web_ui/shared/catalogue';
import type { TaxonomyPage } from '../../../web_ui/shared/viewerApi';

/** Number of titles below the focus at which the next page is requested. */
export const PREFETCH_DISTANCE = 16;
type Page = Pick<TaxonomyPage, 'items'> & Partial<TaxonomyPage>;

export class PagedListing {
  items: Card[] = [];
  title = '';
  private next: string | null = null;
  private pendingFetch: Promise<void> | null = null;

  /** `fetchPage` is called with null for the first page. */
  constructor(private readonly fetchPage: (cursor: string | null) => Promise<Page>) {}

  get hasMore(): boolean {
    return this.next !== null;
  }

  /** Loads the first page, and more until there are `count` titles. */
  async loadFirst(count = 0): Promise<void> {
    await this.appendPage(null);
    while (this.hasMore && this.items.length < count) await this.appendPage(this.next);
  }

  /** Called when the focus reaches `index`. Resolves with whether more titles were loaded. */
  async loadMoreNear(index: number): Promise<boolean> {
    if (!this.hasMore || index + PREFETCH_DISTANCE < this.items.length) return false;
    const countBefore = this.items.length;
    this.pendingFetch ??= this.appendPage(this.next).finally(() => {
      this.pendingFetch = null;
    });
    await this.pendingFetch;
    return this.items.length > countBefore;
  }

  private async appendPage(cursor: string | null): Promise<void> {
    const page = await this.fetchPage(cursor);
    const known = new Set(this.items.map((card) => card.id));
    // A title added meanwhile shifts the pages: skip duplicates.
    this.items = [...this.items, ...page.items.filter((card) => !known.has(card.id))];
    this.title = page.title ?? '';
    this.next = page.next ?? null;
  }
}
