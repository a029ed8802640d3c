// Measures the width of a line of text in stage pixels; a canvas has no layout engine.
const context = document.createElement('canvas').getContext('2d');

export function textWidth(text: string, size: number, font = 'Figtree'): number {
  if (context === null) return text.length * size * 0.55;
  context.font = `${size}px ${font}`;
  return Math.ceil(context.measureText(text).width);
}
