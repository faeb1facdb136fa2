import { asked, type Client } from './client';
import type { Command } from './command';
import { EXIT } from './exit-codes';

type Report = Awaited<ReturnType<Client['audit']['verify']['query']>>;

export const verifyAudit: Command = {
  usage: 'audit verify [--known <chain>:<hash>]',
  summary: 'look whether the audit log is as it was written: nothing changed, taken out or moved',
  help: [
    'Needs the key of an administrator. Ends with 0 when nothing is wrong, else with 2.',
    '--known    what an earlier run named as the newest entry: it must still be there. Without it nobody can tell',
    '           whether entries were cut off at the end.',
  ],
  example: 'switchyard audit verify --known 1042:9f86d081884c7d65…',
  options: { known: { type: 'string' } },
  run: async ({ given, client, access, out, json }) => {
    given.none();
    const report = await asked(access.url, client.audit.verify.query({ known: given.text('known') }));
    out(json ? JSON.stringify(report) : told(report).join('\n'));
    return report.wrong.length === 0 && report.known !== 'gone' ? EXIT.completed : EXIT.failures;
  },
};

function told({ entries, unchained, last, wrong, known }: Report): string[] {
  const broken = wrong.map(({ chain, id, what, missing }) =>
    what === 'changed'
      ? `  entry ${id} (${chain} of the chain) is not as it was written, or is not where it was`
      : `  before entry ${id} (${chain} of the chain) ${missing === 1 ? 'one entry is' : `${missing} entries are`} missing`,
  );
  return [
    broken.length === 0 ? `${entries} entries are as they were written.` : `The audit log was changed:`,
    ...broken,
    ...(known === 'gone'
      ? ['The entry given as --known is not there any more: entries were cut off or made anew.']
      : []),
    ...(unchained > 0
      ? [`${unchained} are from before entries were chained; nothing can be said of them.`]
      : []),
    ...(last ? [`Keep for the next time: --known ${last.chain}:${last.hash}`] : []),
  ];
}
