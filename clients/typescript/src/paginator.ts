export interface Page<T> {
  items: T[];
  /** The cursor of the next page; null on the last one. */
  next: string | null;
  /** The number of records; only if it was requested. */
  total?: number;
}

/** The records of a list. `for await` goes through all of them, and reads a page when it is needed. */
export class Paginator<T> implements AsyncIterable<T> {
  readonly #read: (cursor: string | null) => Promise<Page<T>>;

  constructor(read: (cursor: string | null) => Promise<Page<T>>) {
    this.#read = read;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages()) yield* page.items;
  }

  /** The pages, one after the other. */
  async *pages(): AsyncGenerator<Page<T>, void, undefined> {
    let cursor: string | null = null;
    for (;;) {
      const page: Page<T> = await this.#read(cursor);
      yield page;
      if (page.next === null || page.next === cursor) return;
      cursor = page.next;
    }
  }

  /** The first page only, with `total` if the list was requested with `total: true`. */
  firstPage(): Promise<Page<T>> {
    return this.#read(null);
  }

  /** All records in one array. */
  async all(): Promise<T[]> {
    const records: T[] = [];
    for await (const record of this) records.push(record);
    return records;
  }
}
