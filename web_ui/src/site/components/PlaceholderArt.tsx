/** A deterministic placeholder: a circular waveform for audio, a test card for video, initials for a person. */
import { seededRandom, waveformHeights } from '../../placeholderArt';

export interface PlaceholderArtProps {
  seed: string;
  title: string;
  kind: 'film' | 'sound' | 'person';
  ratio?: number;
}

const pointAt = (x: number, y: number, r: number, angle: number) =>
  `${(x + r * Math.cos(angle)).toFixed(1)} ${(y + r * Math.sin(angle)).toFixed(1)}`;

export function initials(name: string): string {
  const nameParts = name.split(/\s+/).filter((word) => /\p{L}|\p{N}/u.test(word));
  const chosen = nameParts.length > 1 ? [nameParts[0]!, nameParts[nameParts.length - 1]!] : nameParts;
  return chosen
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
}

function WaveformRing({ seed, x, y, r }: { seed: string; x: number; y: number; r: number }) {
  const heights = waveformHeights(seed);
  const d = heights
    .map((height, i) => {
      const angle = (i / heights.length) * 2 * Math.PI - Math.PI / 2;
      return `M${pointAt(x, y, r * (0.6 - height * 0.08), angle)}L${pointAt(x, y, r * (0.6 + height * 0.38), angle)}`;
    })
    .join('');
  return <path d={d} stroke-width={1.6} stroke-linecap="round" opacity={0.85} />;
}

function TestCard({ seed, w, h }: { seed: string; w: number; h: number }) {
  const random = seededRandom(seed);
  const r = Math.min(w, h) * (0.26 + random() * 0.1);
  const rotation = Math.round(random() * 180);
  const wedges = Array.from({ length: 24 }, (_, i) => {
    const angle = (i / 24) * 2 * Math.PI;
    return `M${pointAt(w / 2, h / 2, r * 0.12, angle)}L${pointAt(w / 2, h / 2, r * 0.45, angle)}`;
  }).join('');
  return (
    <>
      <path
        d={
          `M0 ${h / 2}H${w}M${w / 2} 0V${h}M0 ${h / 4}H${w}M0 ${(h * 3) / 4}H${w}` +
          `M${w / 4} 0V${h}M${(w * 3) / 4} 0V${h}`
        }
        opacity={0.22}
      />
      <circle cx={w / 2} cy={h / 2} r={r} opacity={0.6} />
      <circle cx={w / 2} cy={h / 2} r={r * 0.45} opacity={0.4} />
      <path d={wedges} opacity={0.5} transform={`rotate(${rotation} ${w / 2} ${h / 2})`} />
    </>
  );
}

/** `ratio` is width / height. */
export function PlaceholderArt({ seed, title, kind, ratio = 16 / 9 }: PlaceholderArtProps) {
  const [w, h] = [Math.round(180 * ratio), 180];
  return (
    <svg
      class={`art art-${kind}`}
      viewBox={`0 0 ${w} ${h}`}
      preserveAspectRatio="xMidYMid slice"
      fill="none"
      stroke="currentColor"
      aria-hidden="true"
    >
      {kind === 'person' && (
        <text x="50%" y="50%" dy="0.36em" text-anchor="middle" fill="currentColor" stroke="none">
          {initials(title)}
        </text>
      )}
      {kind === 'sound' && <WaveformRing seed={seed} x={w / 2} y={h / 2} r={Math.min(w, h) * 0.44} />}
      {kind === 'film' && <TestCard seed={seed} w={w} h={h} />}
    </svg>
  );
}
