// A list that the server gives a page at a time. It asks for the next page when the focus comes near the end of what is
// there, and for one at a time.
import type { Card, Listing } from './types';

/** Titles left below the focus when the next page is asked for. */
export const AHEAD = 16;
type Page = Pick<Listing, 'items'> & Partial<Listing>;

export class Pages {
  items: Card[] = [];
  title = '';
  private next: string | null = null;
  private asking: Promise<void> | null = null;

  /** `ask` gets the first page without a cursor. */
  constructor(private readonly ask: (cursor: string | null) => Promise<Page>) {}

  get more(): boolean {
    return this.next !== null;
  }

  /** The first page, and as many after it as `count` titles take. */
  async begin(count = 0): Promise<void> {
    await this.take(null);
    while (this.more && this.items.length < count) await this.take(this.next);
  }

  /** Whether there is more than before, after the focus came to the title `index`. */
  async near(index: number): Promise<boolean> {
    if (!this.more || index + AHEAD < this.items.length) return false;
    const before = this.items.length;
    this.asking ??= this.take(this.next).finally(() => {
      this.asking = null;
    });
    await this.asking;
    return this.items.length > before;
  }

  private async take(cursor: string | null): Promise<void> {
    const page = await this.ask(cursor);
    const known = new Set(this.items.map((card) => card.id));
    // A title added meanwhile moves all others on: the last of one page may be the first of the next.
    this.items = [...this.items, ...page.items.filter((card) => !known.has(card.id))];
    this.title = page.title ?? '';
    this.next = page.next ?? null;
  }
}
