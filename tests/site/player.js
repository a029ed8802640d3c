// A player in name only: it reads its configuration and says by events what a player would.
class Engine extends EventTarget {
  constructor(video) {
    super();
    Object.assign(this, { video, config: null, state: 'idle', error: null });
  }
  to(state) {
    this.state = state;
    this.dispatchEvent(new CustomEvent('state'));
  }
  seek(seconds) {
    this.video.dataset.at = String(seconds);
    this.at = seconds;
  }
  async play() {
    this.to('playing');
  }
  async load(src) {
    this.to('loading');
    const answer = await fetch(src);
    const said = await answer.json();
    if (!answer.ok) {
      this.error = { code: said.code, message: said.title, remedy: said.remedy, fatal: true };
      this.dispatchEvent(new CustomEvent('error'));
      return this.to('failed');
    }
    this.config = said;
    this.dispatchEvent(new CustomEvent('config'));
    this.to('playing');
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
    const words = document.createElement('p');
    words.style.cssText = 'position:relative;max-width:40ch;padding:16px;text-align:center;font-size:16px';
    const show = () => {
      const { config, error } = this.engine;
      if (config?.poster && !picture.src) {
        picture.src = config.poster;
        this.append(picture);
      }
      words.textContent = error ? `${error.message} ${error.remedy}` : '';
      this.append(words);
    };
    for (const name of ['config', 'error']) this.engine.addEventListener(name, show);
    this.engine.load(this.getAttribute('src'));
  }
}
customElements.define('otnet-video', class extends Player {});
customElements.define('otnet-audio', class extends Player {});
