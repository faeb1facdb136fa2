import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { countApprovers } from '@/db/queries/approvers';
import { ANY_APPROVER, type ApprovalRule, whyNobodyFulfils, whyNotApprove } from '@/domain/approval';
import { testApiServer } from './testing/api-server';
import { mutate } from './testing/call';
import { signedIn } from './testing/people';

const server = testApiServer();
afterEach(() => expect(server.errors).toEqual([]));

const warned = async (procedure: string, input: object) => {
  const { data, error } = await mutate(server.url, server.adminKey, procedure, input);
  expect(error).toBeNull();
  return (data as { warnings: { field: string; message: string }[] }).warnings;
};
const approval = (more: object) => ({
  name: 'Sign off',
  steps: [{ name: 'Look', type: 'approval', instructions: 'Look', ...more }],
});

describe('a rule that nobody can fulfil', () => {
  it('is saved with a warning, until enough people are there', async () => {
    const rule = { needs: 2, role: 'admin', notMaker: false };
    const asked =
      'It asks for 2 of the administrators, with 0 at present: nobody can fulfil it until others come.';
    expect(await warned('settings.guardOverrides', { rule })).toEqual([
      { field: 'rule.needs', message: asked },
    ]);
    const protection = { ...rule, overTenants: 1 };
    expect(await warned('settings.protectStart', { protection })).toEqual([
      { field: 'protection.needs', message: asked },
    ]);
    const { notMaker: _, ...step } = rule;
    const definition = { stages: [approval({}), { ...approval(step), name: 'Again' }] };
    const playbook = { playbookId: 'by-two', name: 'By two', definition };
    expect(await warned('playbooks.save', playbook)).toEqual([
      { field: 'definition.stages.1.steps.0.needs', message: asked },
    ]);

    await signedIn(server, 'Ann', 'admin');
    await signedIn(server, 'Bob');
    const [one] = await warned('settings.guardOverrides', { rule });
    expect(one?.message).toContain('with 1 at present');
    await signedIn(server, 'Cem', 'admin');
    expect(await warned('settings.guardOverrides', { rule })).toEqual([]);
    expect(await warned('settings.protectStart', { protection })).toEqual([]);
    expect(await warned('playbooks.save', playbook)).toEqual([]);
    // Of what two of two make, one is left.
    const [own] = await warned('settings.guardOverrides', { rule: { ...rule, notMaker: true } });
    expect(own?.message).toContain('of a plan that one of them makes nobody can fulfil it');
    expect(await warned('settings.guardOverrides', { rule: null })).toEqual([]);
    expect(await warned('settings.protectStart', { protection: null })).toEqual([]);
  });

  it('counts by role and group as approvals do', async () => {
    await server.db.execute(sql`update auth_user set groups = '{eu-leads}' where name in ('Ann', 'Bob')`);
    const people = await server.db.execute<{ role: string | null; groups: string[] | null }>(
      sql`select role, groups from auth_user`,
    );
    for (const role of ['operator', 'admin'] as const)
      for (const group of [undefined, 'eu-leads', 'nobody']) {
        const rule: ApprovalRule = { needs: 2, role, notMaker: false, ...(group ? { group } : {}) };
        const could = people.filter(
          ({ role: theirs, groups }) =>
            (theirs === 'operator' || theirs === 'admin') &&
            whyNotApprove({ ...rule, given: [] }, { ...ANY_APPROVER, role: theirs, groups: groups ?? [] }) ===
              null,
        );
        expect([role, group, await countApprovers(server.db, rule)]).toEqual([role, group, could.length]);
        expect(whyNobodyFulfils(rule, could.length) === null).toBe(could.length >= 2);
      }
    // One that anybody alone may give needs nobody in particular.
    expect(whyNobodyFulfils({ needs: 1, role: 'admin', notMaker: false }, 0)).toBeNull();
  });
});
