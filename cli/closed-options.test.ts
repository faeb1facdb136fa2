import { describe, expect, it } from 'vitest';
import { COMMANDS, main } from './main';

/** Nothing listens there: what is sent all the same ends with another exit code. */
const NOWHERE = { SWITCHYARD_URL: 'http://127.0.0.1:1', SWITCHYARD_API_KEY: 'no-key-at-all' };

async function run(args: string[]): Promise<{ code: number; errors: string[] }> {
  const errors: string[] = [];
  const code = await main(args, NOWHERE, {
    out: () => {},
    error: (line) => errors.push(line),
    read: async () => new TextEncoder().encode('tenantId\nacme'),
    list: async () => null,
    write: async () => {},
    signal: new AbortController().signal,
  });
  return { code, errors };
}

const named = Object.entries(COMMANDS);
const misspelt = (name: string) => name.slice(0, -2) + name.slice(-1);

describe.each(named)('switchyard %s', (name, { options, usage }) => {
  const words = name.split(' ');
  const subject = /^[a-z -]+ <(plan|file|folder|import id)/.test(usage) ? ['PLN-1'] : [];

  it('refuses an option that it does not have, and says which was meant', async () => {
    for (const option of [...Object.keys(options), 'url', 'json', 'help']) {
      if (option.length < 4) continue;
      const { code, errors } = await run([...words, ...subject, `--${misspelt(option)}`]);
      expect({ option, code, error: errors[0] }).toEqual({
        option,
        code: 1,
        error: expect.stringContaining('is not known here; did you mean "--'),
      });
    }
    const { code, errors } = await run([...words, ...subject, '--zzzzzzzz']);
    expect({ code, error: errors[0] }).toEqual({ code: 1, error: expect.stringContaining('(known: ') });
  });

  it('refuses an option that is given twice, unless it may be', async () => {
    for (const [option, { type, multiple }] of Object.entries(options)) {
      if (multiple) continue;
      const once = type === 'string' ? [`--${option}`, 'x'] : [`--${option}`];
      const { code, errors } = await run([...words, ...subject, ...once, ...once]);
      expect({ code, error: errors[0] }).toEqual({
        code: 1,
        error: expect.stringContaining(`--${option} is given twice`),
      });
    }
  });

  it('refuses what stands there without an option', async () => {
    const { code } = await run([...words, ...subject, 'PLN-2']);
    expect(code).toBe(1);
  });

  it('is what was meant by something close to it', async () => {
    const { code, errors } = await run([...words.slice(0, -1), misspelt(words.at(-1) ?? '')]);
    expect({ code, error: errors[0] }).toEqual({
      code: 1,
      error: expect.stringContaining(`Did you mean "${name}"?`),
    });
  });
});

it('takes labels as key=value alone, and none twice with two values', async () => {
  const create = ['plan', 'create', '--name', 'x', '--unit', 'u', '--version', 'v', '--playbook', 'p'];
  for (const selects of [['region'], ['=eu'], ['region=eu', 'region=us']]) {
    const { code, errors } = await run([...create, ...selects.flatMap((one) => ['--select', one])]);
    expect({ code, error: errors[0] }).toEqual({ code: 1, error: expect.stringMatching(/^--select /) });
  }
  expect(await run([...create, '--tenants', 'a', '--tenants-file', 'b'])).toMatchObject({ code: 1 });
});
