// Test double of the engine: a one-minute title with three chapters, two languages and three renditions. The test sets
// its clock; `window.__film` records the calls.
window.__film = { calls: [], engines: 0, destroyed: 0 };
window.__otnetEngine = (_, options = {}) => {
  const calls = window.__film.calls;
  window.__film.engines++;
  const engine = new EventTarget();
  let time = 0;
  const film = { currentTime: 0, duration: 60, buffered: { length: 1, end: () => 40 } };
  Object.defineProperty(film, 'currentTime', {
    get: () => time,
    set: (s) => {
      time = s;
    },
  });
  const texts = [
    { id: 't1', language: 'en', label: 'English', active: false },
    { id: 't2', language: 'de', label: 'Deutsch', active: false },
  ];
  const audios = [
    { id: 'a1', language: 'en', label: 'English', active: true },
    { id: 'a2', language: 'de', label: 'Deutsch', active: false },
  ];
  const setState = (state) => {
    engine.state = state;
    engine.dispatchEvent(new Event('state'));
  };
  const activate = (list, id) =>
    list.forEach((x) => {
      x.active = x.id === id;
    });
  Object.assign(engine, {
    video: film,
    state: 'idle',
    config: null,
    error: null,
    quality: 'auto',
    speed: 1,
    duration: 60,
    live: { isLive: false, edge: 0, start: 0, latency: 0 },
    async load(url) {
      calls.push(`load ${new URL(url).pathname}`);
      setState('loading');
      const response = await (options.fetchConfig ?? fetch)(url, {});
      const body = await response.json();
      if (!response.ok) {
        engine.error = { code: body.code, message: body.detail, remedy: body.remedy, fatal: true };
        setState('failed');
        engine.dispatchEvent(new Event('error'));
        throw new Error(body.code);
      }
      engine.config = {
        ...body,
        chapters: [
          { start: 0, title: 'The tape' },
          { start: 20, title: 'The coast' },
          { start: 45, title: 'The answer' },
        ],
      };
      engine.dispatchEvent(new Event('config'));
      engine.dispatchEvent(new Event('tracks'));
      setState('ready');
    },
    async play() {
      calls.push('play');
      setState('playing');
    },
    pause() {
      calls.push('pause');
      setState('paused');
    },
    seek(to) {
      calls.push(`seek ${Math.round(to)}`);
      time = to;
    },
    async retry() {
      calls.push('retry');
      engine.error = null;
      setState('playing');
    },
    async destroy() {
      window.__film.destroyed++;
    },
    qualities: () => [
      { id: 'q1', height: 1080, kbps: 5200, active: true },
      { id: 'q2', height: 720, kbps: 2800, active: false },
      { id: 'q3', height: 360, kbps: 700, active: false },
    ],
    setQuality(id) {
      calls.push(`quality ${id}`);
      engine.quality = id;
    },
    setSpeed(times) {
      calls.push(`speed ${times}`);
      engine.speed = times;
    },
    audios: () => audios,
    setAudio(id) {
      calls.push(`audio ${id}`);
      activate(audios, id);
    },
    texts: () => texts,
    setText(id) {
      calls.push(`text ${id}`);
      activate(texts, id);
    },
    async thumbnail(s) {
      return {
        url: `${location.origin}/images/still/11/640.jpg`,
        x: (Math.floor(s / 10) % 4) * 160,
        y: 0,
        width: 160,
        height: 90,
      };
    },
    goLive() {},
  });
  window.__film.engine = engine;
  window.__film.at = (s) => {
    time = s;
  };
  window.__film.fail = (code, message, remedy) => {
    engine.error = { code, message, remedy, fatal: true };
    setState('failed');
    engine.dispatchEvent(new Event('error'));
  };
  window.__film.end = () => {
    setState('ended');
    engine.dispatchEvent(new Event('ended'));
  };
  return engine;
};
