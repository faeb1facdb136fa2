import type { Tone } from '@/components/ui/tones';
import type { CellLook, Pattern } from './fleet-looks';
import { cornerOf, type MapLayout } from './map-layout';

type Canvas2d = CanvasRenderingContext2D;

/** The colours of the present scheme, read from the page once for each painting. */
export interface Paints {
  mark: (tone: Tone) => string;
  soft: (tone: Tone) => string;
  surface: string;
  text: string;
}

export function readPaints(): Paints {
  const style = getComputedStyle(document.documentElement);
  const known = new Map<string, string>();
  const read = (name: string) => {
    const value = known.get(name) ?? style.getPropertyValue(name).trim();
    known.set(name, value);
    return value;
  };
  return {
    mark: (tone) => read(`--sy-${tone}`),
    soft: (tone) => read(`--sy-${tone}-soft`),
    surface: read('--sy-surface'),
    text: read('--sy-text'),
  };
}

/** What of a tenant is painted. */
export interface PaintedCell {
  look: CellLook;
  frozen: boolean;
  /** Left out by the legend: there, but hardly. */
  dimmed: boolean;
  chosen: boolean;
}

/** Paints every cell. Each look is drawn once and copied, so that ten thousand cells take a few milliseconds. */
export function paintMap(
  canvas: HTMLCanvasElement,
  layout: MapLayout,
  width: number,
  cellOf: (index: number) => PaintedCell,
): void {
  const ratio = window.devicePixelRatio || 1;
  const [wide, high] = [Math.ceil(width * ratio), Math.ceil(layout.height * ratio)];
  // Setting the size clears it, and costs more than clearing.
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  const context = canvas.getContext('2d');
  if (!context) return;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, wide, high);
  const paints = readPaints();
  const side = Math.max(1, Math.round((layout.size - gapOf(layout.size)) * ratio));
  const stamps = new Map<string, HTMLCanvasElement>();
  for (const block of layout.blocks)
    for (const [place, index] of block.members.entries()) {
      const cell = cellOf(index);
      const key = `${cell.look.tone} ${cell.look.pattern} ${cell.frozen} ${cell.chosen}`;
      let stamp = stamps.get(key);
      if (!stamp) {
        stamp = stampOf(side, cell, paints);
        stamps.set(key, stamp);
      }
      const { x, y } = cornerOf(block, place, layout.size);
      context.globalAlpha = cell.dimmed ? 0.13 : 1;
      context.drawImage(stamp, Math.round(x * ratio), Math.round(y * ratio));
    }
}

/** Between two cells. */
export const gapOf = (size: number): number => (size > 14 ? 3 : size > 8 ? 2 : 1);

function stampOf(
  side: number,
  { look, frozen, chosen }: Pick<PaintedCell, 'look' | 'frozen' | 'chosen'>,
  paints: Paints,
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  if (!context) return canvas;
  paintCell(context, side, look, paints);
  if (frozen) {
    // A lid: it keeps what is below it as it is.
    const lid = Math.max(1, Math.round(side * 0.22));
    context.fillStyle = paints.text;
    context.fillRect(0, 0, side, lid);
  }
  if (chosen) {
    const edge = Math.max(1, Math.round(side * 0.16));
    context.strokeStyle = paints.text;
    context.lineWidth = edge;
    context.strokeRect(edge / 2, edge / 2, side - edge, side - edge);
  }
  return canvas;
}

/** One cell at the origin: a ground in the soft or full colour, and a pattern that tells it from others in grey. */
export function paintCell(
  context: Canvas2d,
  side: number,
  { tone, pattern }: CellLook,
  paints: Paints,
): void {
  const ground = FULL.includes(pattern) ? paints.mark(tone) : paints.soft(tone);
  context.fillStyle = ground;
  context.fillRect(0, 0, side, side);
  context.strokeStyle = FULL.includes(pattern) ? paints.surface : paints.mark(tone);
  context.fillStyle = context.strokeStyle;
  context.lineWidth = Math.max(1, side * 0.13);
  PATTERNS[pattern](context, side);
}

/** Those that stand on the full colour. */
const FULL: readonly Pattern[] = ['solid', 'cross'];

const PATTERNS: Record<Pattern, (context: Canvas2d, side: number) => void> = {
  solid: () => {},
  hatched: (context, side) => {
    for (const offset of [-0.5, 0, 0.5]) line(context, side * offset, side, side * (1 + offset), 0);
  },
  dotted: (context, side) => {
    const dot = Math.max(1, side * 0.22);
    for (const x of [0.3, 0.7])
      for (const y of [0.3, 0.7]) context.fillRect(side * x - dot / 2, side * y - dot / 2, dot, dot);
  },
  lines: (context, side) => {
    for (const y of [0.25, 0.75]) line(context, 0, side * y, side, side * y);
  },
  hollow: frame,
  cross: (context, side) => {
    context.lineWidth = Math.max(1, side * 0.16);
    line(context, side * 0.2, side * 0.2, side * 0.8, side * 0.8);
    line(context, side * 0.8, side * 0.2, side * 0.2, side * 0.8);
  },
  bars: (context, side) => {
    for (const x of [0.2, 0.58]) context.fillRect(side * x, side * 0.12, side * 0.22, side * 0.76);
  },
  rising: (context, side) => triangle(context, [0, side], [side, side], [side, 0]),
  falling: (context, side) => triangle(context, [0, 0], [side, 0], [0, side]),
  unequal: (context, side) => {
    frame(context, side);
    line(context, side * 0.75, side * 0.1, side * 0.25, side * 0.9);
    line(context, side * 0.15, side * 0.5, side * 0.85, side * 0.5);
  },
  point: (context, side) => {
    frame(context, side);
    const dot = Math.max(1, side * 0.3);
    context.fillRect((side - dot) / 2, (side - dot) / 2, dot, dot);
  },
  faint: (context, side) => {
    const dash = Math.max(1, side * 0.2);
    context.setLineDash([dash, dash]);
    frame(context, side);
    context.setLineDash([]);
  },
};

function frame(context: Canvas2d, side: number): void {
  const { lineWidth } = context;
  context.strokeRect(lineWidth / 2, lineWidth / 2, side - lineWidth, side - lineWidth);
}

function line(context: Canvas2d, fromX: number, fromY: number, toX: number, toY: number): void {
  context.beginPath();
  context.moveTo(fromX, fromY);
  context.lineTo(toX, toY);
  context.stroke();
}

function triangle(context: Canvas2d, ...[first, ...others]: [number, number][]): void {
  context.beginPath();
  context.moveTo(first?.[0] ?? 0, first?.[1] ?? 0);
  for (const [x, y] of others) context.lineTo(x, y);
  context.fill();
}
