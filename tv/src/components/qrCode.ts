// Renders a QR code as PNG: dark on light with a quiet zone, which many scanners require.
import { encode } from 'uqr';

const MODULE = 12;

export function qrPng(text: string): string {
  const { data, size } = encode(text, { ecc: 'M', border: 3 });
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * MODULE;
  const context = canvas.getContext('2d');
  if (context === null) return '';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#000';
  data.forEach((row, y) => row.forEach((dark, x) => dark && context.fillRect(x * MODULE, y * MODULE, MODULE, MODULE)));
  return canvas.toDataURL('image/png');
}
