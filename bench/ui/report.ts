import { readFileSync, writeFileSync } from 'node:fs';
import { atLeast, atMost, type Bar } from '../bars';
import { figure, percentile } from '../figures';
import { barTable, table, withSection } from '../markdown';
import { PAGE, UI_SECTION } from '../report';
import type { Scene, UiFigures } from './large-plan';

const CONSOLE_KILOBYTES = 320;
const STATUS_KILOBYTES = 165;

/** Prints what was measured; with `keep` it becomes its section of docs/benchmarks.md. */
export function writeUiReport(figures: UiFigures, { keep }: { keep: boolean }): void {
  const text = [
    `## ${UI_SECTION}`,
    '',
    `Written by \`npm run bench:ui\`: the page of a plan of ${figures.tasks.toLocaleString('en')} tasks in Chromium at 1440 × 900, on the`,
    'same cores as the server, its database and the plan that runs. "×4": its computing slowed down four times. Scrolling: the',
    'wheel is turned without a pause, 3,000 pixels a second. The time until news are seen is from the commit, by the clock of',
    'the database, until a frame has them within the viewport.',
    '',
    barTable(barsOf(figures)),
    '',
    table(
      [
        'the page',
        'frames/s',
        'p99 frame ms',
        'computing, % of a core',
        'DOM nodes',
        'news p50 ms',
        'p95 ms',
      ],
      figures.scenes.flatMap(sceneRows),
    ),
    '',
    table(
      ['screen', 'JS gzipped KB', 'API over the wire KB', 'LCP ms', 'CLS'],
      figures.screens.map((screen) => [
        `\`${screen.route}\``,
        figure(screen.scripts),
        figure(screen.api),
        figure(screen.lcp),
        screen.cls.toFixed(3),
      ]),
    ),
  ].join('\n');
  console.log(`\n${text}`);
  if (keep) writeFileSync(PAGE, withSection(readFileSync(PAGE, 'utf8'), UI_SECTION, text));
}

function barsOf({ scenes, screens, snapshots, pauseMillis, inp }: UiFigures): Bar[] {
  const { before, after } = snapshots;
  return [
    ...scenes.flatMap(sceneBars),
    atMost('click → requested pill, p95', percentile(pauseMillis, 0.95), 100, 'ms'),
    atMost('slowest interaction (INP)', inp, 200, 'ms'),
    ...screens.map(({ route, scripts }) => {
      const bar = route.startsWith('/s/') ? STATUS_KILOBYTES : CONSOLE_KILOBYTES;
      return atMost(`JS gzipped of \`${route}\``, scripts, bar, 'KB');
    }),
    ...screens
      .slice(0, 1)
      .flatMap(({ route, lcp, cls }) => [
        atMost(`LCP of \`${route}\``, lcp, 2000, 'ms'),
        atMost(`CLS of \`${route}\``, cls, 0.05),
      ]),
    atMost('snapshot over the wire, nothing started', before.wireKilobytes, 150, 'KB'),
    atMost('snapshot over the wire, while it runs', after.wireKilobytes, 150, 'KB'),
    atMost('snapshot unpacked, while it runs', after.rawKilobytes, 1024, 'KB'),
    atMost('parsing the snapshot', after.parseMillis, 50, 'ms'),
  ];
}

const nameOf = ({ throttle, running }: Scene) =>
  `${running ? 'while the plan runs' : 'before it starts'}${throttle > 1 ? `, ×${throttle}` : ''}`;

function sceneBars(scene: Scene): Bar[] {
  const { still, scrolling, news } = scene;
  const name = nameOf(scene);
  return [
    atLeast(`looking at it ${name}`, still.perSecond, 55, 'frames/s'),
    atLeast(`scrolling ${name}`, scrolling.perSecond, 55, 'frames/s'),
    atMost(`slowest frame of a hundred, scrolling ${name}`, scrolling.p99, 35, 'ms'),
    atMost(`DOM nodes, scrolling ${name}`, scrolling.nodes, 1500),
    ...(news
      ? [
          atMost(`commit → pixel, p95, ${name}`, percentile(news.stages, 0.95), 250, 'ms'),
          atMost(`a failure in the viewport, slowest, ${name}`, slowest(news.failures), 1000, 'ms'),
        ]
      : []),
  ];
}

const slowest = (values: readonly number[]) => (values.length === 0 ? Number.NaN : Math.max(...values));

function sceneRows(scene: Scene): string[][] {
  const name = nameOf(scene);
  const row = (what: string, { perSecond, p99, busy, nodes }: Scene['still'], news: readonly number[]) => [
    `${what} ${name}`,
    figure(perSecond),
    figure(p99),
    figure(busy * 100),
    `${nodes}`,
    figure(percentile(news, 0.5)),
    figure(percentile(news, 0.95)),
  ];
  return [row('looking at it', scene.still, scene.news?.stages ?? []), row('scrolling', scene.scrolling, [])];
}
