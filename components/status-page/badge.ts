import { STATUS_WORDS } from '@/components/ui/status-words';
import { TONE_COLORS } from '@/components/ui/tones';
import type { PublicStatus } from '@/domain/view/plan-view';

/** Of a letter in 11 px Verdana, which such badges are set in, and around a word. */
const LETTER = 6.8;
const PADDING = 8;
const HEIGHT = 20;

const UNKNOWN = { tone: 'grey', label: { en: 'Unknown' } } as const;

/** A flat badge as an SVG document: "PLN-317 | 43% running"; of a link that opens nothing it says so. */
export function badgeSvg(status: Pick<PublicStatus, 'planId' | 'status' | 'percent'> | null): string {
  const { tone, label } = status ? STATUS_WORDS[status.status] : UNKNOWN;
  const word = label.en.toLowerCase();
  const left = status?.planId ?? 'Switchyard';
  const right = status ? `${status.percent}% ${word}` : word;
  const [one, two] = [widthOf(left), widthOf(right)];
  const width = one + two;
  const text = (words: string, middle: number) =>
    `<text x="${middle}" y="14" textLength="${Math.round(words.length * LETTER)}">${words}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" role="img" aria-label="${left}: ${right}">
<title>${left}: ${right}</title>
<clipPath id="r"><rect width="${width}" height="${HEIGHT}" rx="4"/></clipPath>
<g clip-path="url(#r)"><rect width="${one}" height="${HEIGHT}" fill="#3a4352"/><rect x="${one}" width="${two}" height="${HEIGHT}" fill="${TONE_COLORS.light[tone].text}"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${text(left, one / 2)}${text(right, one + two / 2)}</g>
</svg>`;
}

const widthOf = (words: string): number => Math.round(words.length * LETTER) + 2 * PADDING;
