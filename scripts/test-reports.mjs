/** Reads what the test runners report: how many tests passed, failed and were skipped, which failed and why. */
import { existsSync, readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/**
 * `excused`: those of the skipped that need a program this machine does not have. `failures`: each failed test with the
 * beginning of what it says.
 * @typedef {{ passed: number, failed: number, skipped: number, excused?: number, failures?: string[] }} Totals
 */

/** Lines of what a failed test says that the summary repeats: a tail of the output has to be enough to go on with. */
const LINES_OF_FAILURE = 12;
/** Tests of programs that are not installed say so in the title of their group. */
const excuse = /\(skipped: (there is no .*)\)/;

/**
 * @param {string} report
 * @param {number} code the runner's exit code
 * @returns {Totals}
 */
export function vitestTotals(report, code) {
  return totalsOf(report, code, (json) => {
    const unloaded = json.testResults.filter(cannotLoad);
    const reasons = assertions(json)
      .filter(({ status }) => status === 'skipped' || status === 'pending')
      .flatMap(({ ancestorTitles }) => excuse.exec(ancestorTitles.join(' '))?.[1] ?? []);
    return {
      passed: json.numPassedTests,
      // A file that cannot be loaded has no tests to fail.
      failed: json.numFailedTests + unloaded.length,
      skipped: json.numPendingTests + json.numTodoTests,
      excused: excused(reasons),
      failures: [
        ...assertions(json)
          .filter(({ status }) => status === 'failed')
          .map(({ fullName, failureMessages }) => failure(fullName, failureMessages)),
        ...unloaded.map(({ name, message }) => failure(name, [message])),
      ],
    };
  });
}

/**
 * @param {string} report
 * @param {number} code the runner's exit code
 * @returns {Totals}
 */
export function playwrightTotals(report, code) {
  return totalsOf(report, code, ({ stats, errors, suites }) => {
    const specs = suites.flatMap(specsOf);
    const outcomes = specs.flatMap(({ tests, ...spec }) => tests.map((test) => ({ ...spec, ...test })));
    const skipped = outcomes.filter(({ status }) => status === 'skipped');
    const excuses = skipped.flatMap(({ annotations }) => annotations.flatMap(excuseOf));
    const failed = outcomes.filter(({ status }) => status === 'unexpected' || status === 'flaky');
    return {
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky + errors.length,
      skipped: stats.skipped,
      excused: excused(excuses),
      failures: [
        ...failed.map(({ file, title, results }) =>
          failure(
            `${file}: ${title}`,
            results.flatMap((result) => result.errors.map(({ message }) => message)),
          ),
        ),
        ...errors.map(({ message }) => failure('beside the tests', [message])),
        ...skipped
          .filter(({ annotations }) => annotations.flatMap(excuseOf).length === 0)
          .map(({ file, title }) => `${file}: ${title}\nwas not run`),
      ],
    };
  });
}

/**
 * @param {string} report
 * @param {number} code the runner's exit code
 * @param {(json: object) => Totals} count
 * @returns {Totals}
 */
function totalsOf(report, code, count) {
  if (!existsSync(report))
    return { passed: 0, failed: 1, skipped: 0, failures: ['The runner ended without a report.'] };
  const totals = count(JSON.parse(readFileSync(report, 'utf8')));
  // A runner may fail beside its tests: in a set-up, a tear-down, or for want of any test.
  const silent = totals.failed === 0 && (code !== 0 || totals.passed === 0);
  if (!silent) return totals;
  return { ...totals, failed: 1, failures: [`The runner ended with ${code}, beside its tests.`] };
}

/** @param {{ testResults: { assertionResults: object[] }[] }} json */
function assertions({ testResults }) {
  return testResults.flatMap(({ assertionResults }) => assertionResults);
}

/** @param {{ status: string, assertionResults: unknown[] }} file */
function cannotLoad(file) {
  return file.status === 'failed' && file.assertionResults.length === 0;
}

/**
 * Those of a suite and of the suites within.
 * @param {{ suites?: object[], specs?: object[] }} suite
 * @returns {{ file: string, title: string, tests: object[] }[]}
 */
function specsOf({ suites = [], specs = [] }) {
  return [...specs, ...suites.flatMap(specsOf)];
}

/**
 * @param {{ type: string, description?: string }} annotation
 * @returns {string[]} none, or what is missing on this machine
 */
function excuseOf({ type, description = '' }) {
  return type === 'skip' && description.startsWith('there is no') ? [description] : [];
}

/**
 * Says what could not be tested here, each reason once.
 * @param {string[]} reasons
 */
function excused(reasons) {
  for (const reason of new Set(reasons)) console.log(`Skipped: ${reason}.`);
  return reasons.length;
}

/**
 * @param {string} test
 * @param {(string | undefined)[]} messages
 */
function failure(test, messages) {
  const said = stripVTControlCharacters(messages.join('\n')).split('\n');
  return [test, ...said.filter((line) => line.trim() !== '').slice(0, LINES_OF_FAILURE)].join('\n');
}
