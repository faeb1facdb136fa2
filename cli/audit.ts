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
    'Days that the retention removed are looked at by what is kept of them: signed, and without a gap.',
  ],
  example: 'switchyard audit verify --known 1042:9f86d081884c7d65…',
  options: { known: { type: 'string' } },
  run: async ({ given, client, access, out, json }) => {
    given.none();
    const report = await asked(access.url, client.audit.verify.query({ known: given.text('known') }));
    out(json ? JSON.stringify(report) : told(report).join('\n'));
    const { wrong, summaries, known } = report;
    return wrong.length + summaries.wrong.length === 0 && known !== 'gone' ? EXIT.completed : EXIT.failures;
  },
};

function told({ entries, unchained, last, wrong, known, summaries }: Report): string[] {
  const broken = [...wrong.map(wrongEntry), ...summaries.wrong.map(wrongDay)];
  const { days, entries: removed, through } = summaries;
  return [
    broken.length === 0 ? `${entries} entries are as they were written.` : `The audit log was changed:`,
    ...broken,
    ...(through
      ? [
          `Through ${through.day} summaries are kept, ${days} of them, of ${removed} entries${summaries.wrong.length === 0 ? ', as they were signed' : ''}.`,
        ]
      : []),
    ...(known === 'gone'
      ? ['The entry given as --known is not there any more: entries were cut off or made anew.']
      : []),
    ...(known === 'summarised'
      ? ['The entry given as --known was removed with its day, of which a summary is kept.']
      : []),
    ...(unchained > 0
      ? [`${unchained} are from before entries were chained; nothing can be said of them.`]
      : []),
    ...(last ? [`Keep for the next time: --known ${last.chain}:${last.hash}`] : []),
  ];
}

function wrongEntry({ chain, id, what, missing }: Report['wrong'][number]): string {
  const where = `entry ${id} (${chain} of the chain)`;
  if (what === 'changed') return `  ${where} is not as it was written, or is not where it was`;
  if (what === 'removed') return `  ${where} stands in a day that was removed`;
  return `  before ${where} ${missing === 1 ? 'one entry is' : `${missing} entries are`} missing`;
}

function wrongDay({ day, what }: Report['summaries']['wrong'][number]): string {
  if (what === 'changed') return `  the summary of ${day} is not as it was signed`;
  if (what === 'unknownKey')
    return `  the summary of ${day} was signed with a key that the server does not have: if it is an earlier one of yours, add it to SWITCHYARD_SECRET_KEY and run switchyard rotate-secrets`;
  return `  before the summary of ${day} the log does not go on from the day before it: a summary is missing, or was changed`;
}
