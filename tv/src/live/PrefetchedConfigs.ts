// Playback configurations that are requested before they are needed, together with their manifests. The engine takes
// them instead of making a request (its option `fetchConfig`).

export const MAX_AGE_MS = 60_000;

type Fetch = (url: string, init: RequestInit) => Promise<Response>;
interface Entry {
  at: number;
  response: Promise<Response | null>;
}

export class PrefetchedConfigs {
  private entries = new Map<string, Entry>();

  constructor(
    private readonly headers: () => Record<string, string>,
    private readonly fetcher: Fetch = (url, init) => fetch(url, init),
    private readonly now: () => number = () => Date.now(),
  ) {}

  /** Requests those that are missing or older than half of the maximum age, and forgets all others. */
  keep(urls: readonly string[]): void {
    const kept = new Map<string, Entry>();
    for (const url of urls) {
      const known = this.entries.get(url);
      kept.set(url, known && this.now() - known.at < MAX_AGE_MS / 2 ? known : this.request(url));
    }
    this.entries = kept;
  }

  /** The prefetched response, once; otherwise a new request. */
  readonly fetch: Fetch = async (url, init) => {
    const entry = this.entries.get(url);
    this.entries.delete(url);
    const response = entry && this.now() - entry.at < MAX_AGE_MS ? await entry.response : null;
    return response ?? this.fetcher(url, init);
  };

  private request(url: string): Entry {
    const response = this.fetcher(url, { headers: { accept: 'application/json', ...this.headers() } }).then(
      (answer) => {
        if (!answer.ok) return null;
        void this.requestManifest(answer.clone(), url).catch(() => undefined);
        return answer;
      },
      () => null,
    );
    return { at: this.now(), response };
  }

  /** Brings the manifest into the caches of the television and of the server. */
  private async requestManifest(answer: Response, base: string): Promise<void> {
    const { sources } = (await answer.json()) as { sources?: { dash?: string; hls?: string } };
    const path = sources?.dash ?? sources?.hls;
    if (path === undefined) return;
    const url = new URL(path, base);
    const init = url.origin === new URL(base).origin ? { headers: this.headers() } : {};
    await (await this.fetcher(url.href, init)).text();
  }
}
