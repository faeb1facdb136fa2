import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '@/db/testing/test-database';
import { needs } from '@/server/steps/targets/testing/software';
import { createMetrics } from './metrics';

const database = testDatabase(2);
const folder = mkdtempSync(path.join(tmpdir(), 'switchyard-alerts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Panel {
  title: string;
  targets: { expr: string; legendFormat: string }[];
}
const dashboard = JSON.parse(readFileSync('deploy/grafana/switchyard.json', 'utf8')) as { panels: Panel[] };
const queries = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr, legendFormat }) => ({ of: title, expr, legend: legendFormat })),
);
const alerts = [
  ...readFileSync('deploy/alerts.yml', 'utf8').matchAll(/- alert: (\w+)\n\s+expr: (.+)\n/g),
].map(([, of = '', expr = '']) => ({ of, expr, legend: '' }));

/** What Prometheus adds to every series, and the one that it makes itself. */
const ADDED = ['job', 'instance'];
const PROMETHEUS = ['up'];

/** The values of each label of each series that a server tells once everything that is counted has happened. */
let told: Map<string, Map<string, Set<string>>>;
beforeAll(async () => {
  const metrics = createMetrics(database.db);
  metrics.stepEnded('config-update', true, 1);
  metrics.stepEnded('config-update', false, 1);
  for (const outcome of ['delivered', 'failed', 'gaveUp'] as const) metrics.notified(outcome, 1);
  metrics.refused('NOT_ALLOWED_IN_STATE');
  const [context, input] = [{} as never, { type: 'pause' } as never];
  metrics.transitions.afterTransition?.(context, input, { ok: true } as never);
  const ended = (kind: string) => ({ kind, payload: { durationMillis: 1 } });
  const plans = new Map([['PLN-1', [ended('StageSucceeded'), ended('StageRolledBack')]]]);
  metrics.committed({ plans, seconds: 0.01 } as never);
  const { body } = await metrics.render();
  told = new Map();
  for (const [, name = '', labels = ''] of body.matchAll(/^([a-z_]\w*)(?:\{(.*)\})? \S+$/gim)) {
    const known = told.get(name) ?? new Map<string, Set<string>>();
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g))
      known.set(label, (known.get(label) ?? new Set()).add(value));
    told.set(name, known);
  }
});

/** What a query names that no server tells. */
function unknownIn({ expr, legend }: { expr: string; legend: string }): string[] {
  const grouped = [...expr.matchAll(/\b(?:by|without)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(/,\s*/),
  );
  const shown = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
  const bare = expr.replaceAll(/\b(?:by|without)\s*\([^)]*\)/g, ' ').replaceAll(/\[[^\]]*\]/g, ' ');
  const used = [...bare.matchAll(/\b([a-z_]\w*)\b(?:\{([^}]*)\})?(?!\s*\()/gi)].filter(
    ([, name = '']) => !['and', 'or', 'unless'].includes(name),
  );
  const unknown: string[] = [];
  for (const [, name = '', matchers = ''] of used) {
    if (PROMETHEUS.includes(name)) continue;
    const labels = told.get(name);
    if (!labels) {
      unknown.push(name);
      continue;
    }
    for (const label of [...grouped, ...shown])
      if (!labels.has(label) && !ADDED.includes(label)) unknown.push(`${name}{${label}}`);
    for (const [, label = '', value = ''] of matchers.matchAll(/(\w+)=~?"([^"]*)"/g))
      if (!ADDED.includes(label) && !labels.get(label)?.has(value))
        unknown.push(`${name}{${label}="${value}"}`);
  }
  return unknown;
}

describe('what watches a server', () => {
  it('names a metric and a label that nobody tells', () => {
    expect(unknownIn({ expr: 'max(task_activ)', legend: '' })).toEqual(['task_activ']);
    expect(unknownIn({ expr: 'sum by (tenant) (rate(task_failed[5m]))', legend: '' })).toEqual([
      'task_failed{tenant}',
    ]);
    expect(unknownIn({ expr: 'max(queue_waiting{reason="luck"})', legend: '' })).toEqual([
      'queue_waiting{reason="luck"}',
    ]);
  });

  it.each(queries)('the dashboard asks for what there is: $of, $legend', (query) => {
    expect(unknownIn(query)).toEqual([]);
  });

  it.each(alerts)('the alert asks for what there is: $of', (alert) => {
    expect(unknownIn(alert)).toEqual([]);
  });

  it('shows every metric of ours', () => {
    const asked = queries.map(({ expr }) => expr).join(' ');
    const ours = [...told.keys()].filter((name) => !/^(process|nodejs)_|_(bucket|count|sum)$/.test(name));
    expect(ours.length).toBeGreaterThan(10);
    expect(ours.filter((name) => !asked.includes(name))).toEqual([]);
  });

  it('tells every alert on the page', () => {
    const page = readFileSync('docs/operations.md', 'utf8');
    expect(alerts.length).toBeGreaterThan(7);
    expect(alerts.filter(({ of }) => !page.includes(of))).toEqual([]);
  });
});

const promtool = needs('promtool', 'as Prometheus reads it');
describe.skipIf(promtool.missing)(promtool.title, () => {
  const check = (file: string) => execFileSync(promtool.path, ['check', 'rules', file], { encoding: 'utf8' });

  it('every alert is one', () => {
    expect(check('deploy/alerts.yml')).toContain(`SUCCESS: ${alerts.length} rules found`);
  });

  it('every query of the dashboard is one', () => {
    const rules = queries.map(({ expr }, index) => {
      const filled = expr.replaceAll('$__rate_interval', '5m').replaceAll('$job', '.+');
      return { record: `switchyard:query_${index}`, expr: filled };
    });
    const file = path.join(folder, 'queries.json');
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    expect(check(file)).toContain(`SUCCESS: ${queries.length} rules found`);
  });
});
