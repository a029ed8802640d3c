/**
 * Numbered pages over cursor pagination.
 *
 * The cursors of each list (path, filter, sort, page size) are kept, so that the next and previous page take one
 * request each. A page that was not visited before (a URL with page=4) is reached by walking through the pages.
 */
export interface Page<T> {
  items: T[];
  next: string | null;
  total?: number;
}
export type FetchPage<T> = (cursor: string | null) => Promise<Page<T>>;

const MAX_LISTS = 60;

export class CursorPager {
  /** list → cursors by page; index 0 is page 1, whose cursor is null. */
  private readonly lists = new Map<string, (string | null)[]>();

  async page<T>(list: string, page: number, fetch: FetchPage<T>): Promise<Page<T>> {
    const pageCursors = this.lists.get(list) ?? [null];
    this.lists.delete(list);
    this.lists.set(list, pageCursors);
    this.trim();
    let currentPage = Math.min(page, pageCursors.length);
    for (;;) {
      const result = await fetch(pageCursors[currentPage - 1] ?? null);
      if (result.next === null) pageCursors.length = currentPage;
      else pageCursors[currentPage] = result.next;
      if (currentPage === page) return result;
      // The list has fewer pages than requested.
      if (result.next === null) return { ...result, items: [] };
      currentPage += 1;
    }
  }

  clear(): void {
    this.lists.clear();
  }

  private trim(): void {
    for (const key of this.lists.keys()) {
      if (this.lists.size <= MAX_LISTS) return;
      this.lists.delete(key);
    }
  }
}
