// Test double of the player: loads its configuration and dispatches the same events.
class Engine extends EventTarget {
  constructor(video) {
    super();
    Object.assign(this, { video, config: null, state: 'idle', error: null, upcoming: null });
  }
  setState(state) {
    this.state = state;
    this.dispatchEvent(new CustomEvent('state'));
  }
  seek(seconds) {
    this.video.dataset.at = String(seconds);
    this.at = seconds;
  }
  async play() {
    this.setState('playing');
  }
  async load(src) {
    this.setState('loading');
    const response = await fetch(src);
    const body = await response.json();
    if (!response.ok) {
      this.error = { code: body.code, message: body.title, remedy: body.remedy, fatal: true };
      this.dispatchEvent(new CustomEvent('error'));
      return this.setState('failed');
    }
    this.config = body;
    this.upcoming = body.next ?? null;
    this.dispatchEvent(new CustomEvent('config'));
    this.setState('playing');
  }
}

class Player extends HTMLElement {
  engine = new Engine(document.createElement('video'));
  connectedCallback() {
    this.style.cssText =
      'display:grid;place-items:center;position:relative;background:#000;color:#eef1f6;overflow:hidden';
    const picture = new Image();
    picture.alt = '';
    picture.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;object-fit:cover';
    const text = document.createElement('p');
    text.style.cssText = 'position:relative;max-width:40ch;padding:16px;text-align:center;font-size:16px';
    const show = () => {
      const { config, error } = this.engine;
      if (config?.poster && !picture.src) {
        picture.src = config.poster;
        this.append(picture);
      }
      text.textContent = error ? `${error.message} ${error.remedy}` : '';
      this.append(text);
    };
    for (const name of ['config', 'error']) this.engine.addEventListener(name, show);
    this.engine.load(this.getAttribute('src'));
  }
}
customElements.define('otnet-video', class extends Player {});
customElements.define('otnet-audio', class extends Player {});
