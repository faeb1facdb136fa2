import type { Standing } from './contest';
import { figure } from './figures';

const WIDTH = 760;
const LABEL = 230;
const ROW = 34;
const TOP = 46;

/** Bars of tasks per second, the longest first: readable in both colour schemes and in greyscale. */
export function drawing(standings: readonly Standing[]): string {
  const shown = standings
    .filter((one) => one.entrant.contender !== 'bare-inserts')
    .sort((a, b) => b.tasksPerSecond - a.tasksPerSecond);
  const most = shown[0]?.tasksPerSecond ?? 1;
  const height = TOP + shown.length * ROW + 10;
  const rows = shown.map((one, index) => {
    const y = TOP + index * ROW;
    const width = Math.max(2, (one.tasksPerSecond / most) * (WIDTH - LABEL - 90));
    const own = one.entrant.contender === 'switchyard';
    return [
      `<text x="${LABEL - 12}" y="${y + 16}" text-anchor="end"${own ? ' font-weight="600"' : ''}>${escaped(one.entrant.label)}</text>`,
      `<rect x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="22" rx="3" fill="${own ? '#1c7ed6' : '#868e96'}"/>`,
      `<text x="${LABEL + width + 8}" y="${y + 16}">${figure(one.tasksPerSecond)}</text>`,
    ].join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Tasks per second, by contender" font-family="Inter, system-ui, sans-serif" font-size="13">
<style>text{fill:#212529}@media(prefers-color-scheme:dark){text{fill:#e9ecef}}</style>
<text x="${LABEL}" y="24" font-size="14" font-weight="600">Tasks per second, three stored stages each</text>
${rows.join('\n')}
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
