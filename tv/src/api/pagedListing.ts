// A list that the server gives a page at a time. It asks for the next page when the focus comes near the end of what is
// there, and for one at a time.
import type { Card, Listing } from './types';

/** Titles left below the focus when the next page is asked for. */
export const PREFETCH_DISTANCE = 16;
type Page = Pick<Listing, 'items'> & Partial<Listing>;

export class PagedListing {
  items: Card[] = [];
  title = '';
  private next: string | null = null;
  private pendingFetch: Promise<void> | null = null;

  /** `ask` gets the first page without a cursor. */
  constructor(private readonly fetchPage: (cursor: string | null) => Promise<Page>) {}

  get hasMore(): boolean {
    return this.next !== null;
  }

  /** The first page, and as many after it as `count` titles take. */
  async loadFirst(count = 0): Promise<void> {
    await this.appendPage(null);
    while (this.hasMore && this.items.length < count) await this.appendPage(this.next);
  }

  /** Whether there is more than before, after the focus came to the title `index`. */
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
    // A title added meanwhile moves all others on: the last of one page may be the first of the next.
    this.items = [...this.items, ...page.items.filter((card) => !known.has(card.id))];
    this.title = page.title ?? '';
    this.next = page.next ?? null;
  }
}
