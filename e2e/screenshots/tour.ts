/** What the tour of the documents shows: screens of the busy fleet, in the order in which an operator meets them. */
export const TOUR = [
  {
    screen: 'fleet',
    title: 'The fleet',
    words:
      'Every tenant is a cell: its colour says which version it runs, a pattern what is wrong with it. Beside the map stand what is under way, what waits for a decision and what failed. Click to filter, drag to choose tenants for a new plan.',
  },
  {
    screen: 'new-plan',
    title: 'A new plan',
    words:
      'A version, the tenants (by label, by “not yet on”, by a pasted list), how fast and in which waves. The way through the stages, the waves and the time it will take stand there before anything is rehearsed, and a rehearsal asks every instance what it runs.',
  },
  {
    screen: 'plan-timeline',
    title: 'A plan at work',
    words:
      'A lane for each tenant, the waves above, the failures by cause. Time in which nothing happened is folded, attempts are told apart, and what cannot be done now says why. Enter opens a tenant beside the timeline.',
  },
  {
    screen: 'plan-grouped',
    title: 'Failures by cause',
    words:
      'Whatever differs from tenant to tenant (names, addresses, counts) is taken out of a message, so that a thousand failures with one cause are one row. It says since when, whether it still grows, and is retried, rolled back, saved or silenced as one.',
  },
  {
    screen: 'plan-matrix',
    title: 'What every instance runs',
    words:
      'Requested and confirmed are two things. The matrix shows what each instance said it runs, the worst first, against what it should run.',
  },
  {
    screen: 'task',
    title: 'One tenant',
    words:
      'Why it is where it is, what each attempt did, every request and answer with its size and time, and what can be decided. Secrets are masked, in whatever form they come back.',
  },
  {
    screen: 'plan-replay',
    title: 'Replay',
    words:
      'The same screen at any moment of the past, made from the events alone. A moment has an address to send to others.',
  },
  {
    screen: 'status-page',
    title: 'The status page',
    words:
      'For those who only want to know how far it is: a link that shows a few figures, no names unless you want them, and can be ended.',
  },
  {
    screen: 'audit',
    title: 'The record',
    words:
      'Who did what and why, with before and after. Entries are chained by hash, and the server itself can only add to them.',
  },
] as const;

export const TOUR_FOLDER = 'docs/images/tour';

/** The page of the documents that shows them. */
export const tourPage = (): string =>
  [
    '# A tour',
    '',
    'A fleet of a thousand tenants, four plans and a few faults, as `npm run demo` lets you try it on a smaller one. The pictures and this',
    'page are made by `npm run screenshots -- --tour`.',
    ...TOUR.flatMap(({ screen, title, words }) => [
      '',
      `## ${title}`,
      '',
      words,
      '',
      `![${title}](images/tour/${screen}.png)`,
    ]),
    '',
  ].join('\n');
