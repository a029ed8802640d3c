/**
 * Pages by number over an API that knows only "what comes after this".
 *
 * For each list (path, filter, sort, page size) the cursors met so far are kept, so going back is one request and
 * going on is one request. A page nobody has been to yet (an address with page=4 opened afresh) is reached by walking.
 */
export interface Page<T> {
  items: T[];
  next: string | null;
  total?: number;
}
export type Fetch<T> = (cursor: string | null) => Promise<Page<T>>;

const LISTS_KEPT = 60;

export class Cursors {
  /** list → cursors by page; index 0 is page 1, whose cursor is null. */
  private readonly lists = new Map<string, (string | null)[]>();

  async page<T>(list: string, page: number, fetch: Fetch<T>): Promise<Page<T>> {
    const known = this.lists.get(list) ?? [null];
    this.lists.delete(list);
    this.lists.set(list, known);
    this.trim();
    let at = Math.min(page, known.length);
    for (;;) {
      const got = await fetch(known[at - 1] ?? null);
      if (got.next === null) known.length = at;
      else known[at] = got.next;
      if (at === page) return got;
      // The list has become shorter than the page that was asked for.
      if (got.next === null) return { ...got, items: [] };
      at += 1;
    }
  }

  forget(): void {
    this.lists.clear();
  }

  private trim(): void {
    for (const key of this.lists.keys()) {
      if (this.lists.size <= LISTS_KEPT) return;
      this.lists.delete(key);
    }
  }
}
