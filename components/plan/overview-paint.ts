import { type Scheme, TONE_COLORS, type Tone } from '@/components/ui/tones';
import type { TaskStatus } from '@/domain/task';
import { changedRuns, OVERVIEW_RANKS } from './overview-columns';

/** From where to where a column is filled, in shares of the height, and in which hue. */
type Band = readonly [from: number, to: number, tone: Tone];

/** Each status has a height and a pattern of its own, so that the strip can be read without its colours. */
const BANDS: Record<TaskStatus, readonly Band[]> = {
  CREATED: [[0.9, 1, 'slate']],
  VALIDATING: [[0.85, 1, 'slate']],
  PENDING: [[0.75, 1, 'slate']],
  CANCELLED: [[0.75, 0.85, 'grey']],
  COMPLETED: [[0.45, 1, 'teal']],
  ROLLED_BACK: [
    [0.45, 0.65, 'purple'],
    [0.8, 1, 'purple'],
  ],
  RUNNING: [[0.25, 1, 'blue']],
  ROLLING_BACK: [[0.25, 1, 'purple']],
  PAUSED: [
    [0.25, 0.42, 'amber'],
    [0.54, 0.71, 'amber'],
    [0.83, 1, 'amber'],
  ],
  VALIDATION_FAILED: [
    [0, 0.15, 'vermilion'],
    [0.85, 1, 'vermilion'],
  ],
  FAILED: [
    [0, 0.36, 'vermilion'],
    [0.48, 1, 'vermilion'],
  ],
  ROLLBACK_FAILED: [
    [0, 0.42, 'vermilion'],
    [0.54, 1, 'purple'],
  ],
};

/** Paints those columns that are others than before. */
export function paintOverview(
  context: CanvasRenderingContext2D,
  { before, after, scheme }: { before: Uint8Array | null; after: Uint8Array; scheme: Scheme },
): void {
  const { height } = context.canvas;
  for (const { from, to, code } of changedRuns(before, after)) {
    context.clearRect(from, 0, to - from, height);
    const status = OVERVIEW_RANKS[code - 1];
    if (!status) continue;
    for (const [top, bottom, tone] of BANDS[status]) {
      context.fillStyle = TONE_COLORS[scheme][tone].mark;
      const first = Math.round(top * height);
      context.fillRect(from, first, to - from, Math.max(1, Math.round(bottom * height) - first));
    }
  }
}
