/**
 * <otnet-ring>: a circular seek bar. Like media-chrome's controls it receives the state as attributes and sends
 * request events. It handles the player's seek keys too.
 */
import { formatClock } from '../../../web_ui/shared/time';

const RADIUS = 48;
const LENGTH = 2 * Math.PI * RADIUS;

/** The fraction (0 to 1, clockwise from the top) of a point relative to the centre. Pure. */
export function fractionAt(x: number, y: number): number {
  const fraction = Math.atan2(x, -y) / (2 * Math.PI);
  return fraction < 0 ? fraction + 1 : fraction;
}

/** A drag does not wrap around at the top: it stops at 0 or 1. Pure. */
export function clampDrag(previous: number, current: number): number {
  if (Math.abs(current - previous) < 0.5) return current;
  return previous > 0.5 ? 1 : 0;
}

const HTML = `
<style>
:host {
display: block; position: absolute; inset: 0; pointer-events: none; touch-action: none;
border-radius: 50%; outline: none;
}
svg { width: 100%; height: 100%; transform: rotate(-90deg); overflow: visible; display: block; }
circle { fill: none; stroke-width: var(--otnet-ring-width, 3.4); }
.track { stroke: var(--_ring-track, rgb(255 255 255 / 0.24)); }
.buffered { stroke: var(--_ring-buffered, rgb(255 255 255 / 0.34)); }
.played { stroke: var(--_accent); stroke-linecap: round; }
.knob { fill: #fff; stroke: var(--_accent); stroke-width: 1; }
.hit { stroke: transparent; stroke-width: 12; pointer-events: stroke; cursor: pointer; }
:host(:focus-visible) .track { stroke: #fff; }
:host(:focus-visible) .knob { stroke: #fff; stroke-width: 2; }
</style>
<svg viewBox="0 0 100 100" aria-hidden="true">
<circle class="track" cx="50" cy="50" r="${RADIUS}"/><circle class="buffered" cx="50" cy="50" r="${RADIUS}"/>
<circle class="played" cx="50" cy="50" r="${RADIUS}"/><circle class="knob" r="2.6"/>
<circle class="hit" cx="50" cy="50" r="${RADIUS - 2}"/>
</svg>`;

export class OTNetRing extends HTMLElement {
  static observedAttributes = ['mediacurrenttime', 'mediaduration', 'mediabuffered', 'mediaseekable'];
  #dragFraction: number | null = null;

  connectedCallback(): void {
    if (!this.shadowRoot) this.attachShadow({ mode: 'open' }).innerHTML = HTML;
    this.setAttribute('role', 'slider');
    this.setAttribute('aria-label', this.getAttribute('label') ?? '');
    this.tabIndex = 0;
    const hitArea = this.shadowRoot!.querySelector<SVGElement>('.hit')!;
    hitArea.onpointerdown = (event) => {
      hitArea.setPointerCapture(event.pointerId);
      this.#dragFraction = this.#pointerFraction(event);
      this.#draw();
    };
    hitArea.onpointermove = (event) => {
      if (this.#dragFraction === null) return;
      this.#dragFraction = clampDrag(this.#dragFraction, this.#pointerFraction(event));
      this.#draw();
    };
    hitArea.onpointerup = hitArea.onpointercancel = () => {
      if (this.#dragFraction !== null) this.#seek(this.#dragFraction * this.#numericAttribute('mediaduration'));
      this.#dragFraction = null;
    };
    this.#draw();
  }

  attributeChangedCallback(): void {
    if (this.shadowRoot) this.#draw();
  }

  #numericAttribute(name: string): number {
    return Number(this.getAttribute(name) ?? Number.NaN);
  }

  #pointerFraction(event: PointerEvent): number {
    const { left, top, width, height } = this.getBoundingClientRect();
    return fractionAt(event.clientX - left - width / 2, event.clientY - top - height / 2);
  }

  #seek(detail: number): void {
    if (Number.isFinite(detail)) {
      this.dispatchEvent(new CustomEvent('mediaseekrequest', { bubbles: true, composed: true, detail }));
    }
  }

  #draw(): void {
    const duration = this.#numericAttribute('mediaduration');
    const now = this.#numericAttribute('mediacurrenttime') || 0;
    const fraction = this.#dragFraction ?? (duration > 0 ? Math.min(now / duration, 1) : 0);
    const ranges = (this.getAttribute('mediabuffered') ?? '').split(' ').map((r) => r.split(':').map(Number));
    const bufferedUntil = ranges.find(([from = 0, to = 0]) => from <= now + 0.1 && now <= to)?.[1] ?? 0;
    const root = this.shadowRoot!;
    const arc = (name: string, fraction: number): void => {
      const circle = root.querySelector<SVGElement>(name)!;
      circle.style.strokeDasharray = `${LENGTH * fraction} ${LENGTH}`;
      circle.style.visibility = fraction > 0.001 ? '' : 'hidden';
    };
    arc('.played', fraction);
    arc('.buffered', duration > 0 ? Math.min(bufferedUntil / duration, 1) : 0);
    const knob = root.querySelector<SVGElement>('.knob')!;
    knob.setAttribute('cx', String(50 + RADIUS * Math.cos(2 * Math.PI * fraction)));
    knob.setAttribute('cy', String(50 + RADIUS * Math.sin(2 * Math.PI * fraction)));
    const words = this.getAttribute('of') ?? '{current} / {total}';
    const slider = {
      min: 0,
      max: Math.round(duration) || 0,
      now: Math.round(fraction * duration) || 0,
      text: words.replace('{current}', formatClock(fraction * duration)).replace('{total}', formatClock(duration)),
    };
    for (const [name, value] of Object.entries(slider)) this.setAttribute(`aria-value${name}`, String(value));
  }
}

if (!customElements.get('otnet-ring')) customElements.define('otnet-ring', OTNetRing);
