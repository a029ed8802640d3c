// The width a line of text will take, in stage pixels. A canvas has no layout to ask.
const context = document.createElement('canvas').getContext('2d');

export function textWidth(text: string, size: number, font = 'Figtree'): number {
  if (context === null) return text.length * size * 0.55;
  context.font = `${size}px ${font}`;
  return Math.ceil(context.measureText(text).width);
}
