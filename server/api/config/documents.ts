import { z } from 'zod';
import { CONFIG_KINDS, type ConfigKind } from '@/domain/config-changes';
import { fieldName, problemsOf } from '@/server/input/closed-input';
import { unknownName } from '@/server/input/nearest';
import { approvalRule } from '../approval-rule';
import { freezeInput, givenPlaybook, readable, slug, tenantId, versionWrite } from '../inputs';
import { OWN_WITH_FORMAT, ownWithFormat, updateInput } from '../notification-inputs';
import { auditDays, givenSettings } from '../settings-input';
import { startProtection } from '../start-protection';
import { tenantWrite } from '../tenant-inputs';

/** What people call something: the name of a freeze or a notification is all that tells it from the others. */
const title = (most: number) => readable(z.string().trim().min(1, 'is missing').max(most));

const document = <Kind extends ConfigKind, Name extends z.ZodType<string>, Spec extends z.ZodType>(
  kind: Kind,
  name: Name,
  spec: Spec,
) => z.strictObject({ kind: z.literal(kind), name, spec });

/** What a procedure would say of the whole, told where it stands in the document. */
function saidBy(whole: z.ZodType, context: z.RefinementCtx, input: object): void {
  const { error } = whole.safeParse(input);
  for (const { path, message } of error ? problemsOf(error) : [])
    context.addIssue({ code: 'custom', path: ['spec', ...path], message });
}

const { tenantId: _tenant, ...ofTenant } = tenantWrite.shape;
const { name: _freeze, ...ofFreeze } = freezeInput.shape;
const { webhookId: _webhook, name: _name, ...ofWebhook } = updateInput.shape;
const ofVersion = versionWrite.shape;

const settingsDocument = document(
  'Settings',
  z.literal('settings', 'must be "settings": there is one document of them'),
  givenSettings.extend({
    startProtection: startProtection.nullable().optional(),
    auditDays: auditDays.optional(),
    freezeOverride: approvalRule.nullable().optional(),
  }),
);

const UNIT_AND_VERSION = /^[a-z0-9][a-z0-9-]{0,63}\/[A-Za-z0-9._+-]{1,64}$/;

const versionDocument = document(
  'Version',
  z.string().regex(UNIT_AND_VERSION, 'must be the unit and the version, like edge-router/v2'),
  z.strictObject({
    unitName: ofVersion.unitName,
    payload: ofVersion.payload,
    // Without a default: what is not named of a version that is there already is not compared.
    format: ofVersion.format.unwrap().optional(),
    note: ofVersion.note.unwrap().optional(),
  }),
).superRefine(({ name, spec }, context) => {
  // Of a name that is none nothing more is told: it has no unit and no version.
  const [unitId, version] = UNIT_AND_VERSION.test(name) ? name.split('/') : ['unit', 'v1'];
  saidBy(versionWrite, context, { unitId, version, ...spec });
});

const playbookDocument = document(
  'Playbook',
  slug,
  z.strictObject({ name: title(120).optional(), definition: givenPlaybook }),
);

const tenantDocument = document('Tenant', tenantId, z.strictObject(ofTenant));

const freezeDocument = document('Freeze', title(120), z.strictObject(ofFreeze)).superRefine(
  ({ name, spec }, context) => saidBy(freezeInput, context, { name, ...spec }),
);

const webhookDocument = document(
  'Webhook',
  title(80),
  z.strictObject(ofWebhook).refine(ownWithFormat, OWN_WITH_FORMAT),
);

/** One document of any kind, as it may be sent. */
export const configDocument = z.discriminatedUnion(
  'kind',
  [settingsDocument, versionDocument, playbookDocument, tenantDocument, freezeDocument, webhookDocument],
  { error: ({ input }) => unknownKind(input) },
);

/** What is no object at all is told by its own words. */
function unknownKind(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const kind: unknown = 'kind' in document ? document.kind : undefined;
  return typeof kind === 'string'
    ? unknownName(kind, CONFIG_KINDS)
    : `is missing (known: ${CONFIG_KINDS.join(', ')})`;
}

export type CheckedDocument = z.output<typeof configDocument>;
/** What was checked, with its place among those that were sent. */
export type Placed<Document extends CheckedDocument = CheckedDocument> = Document & { at: number };
export type Of<Kind extends ConfigKind> = Placed<Extract<CheckedDocument, { kind: Kind }>>;

/** Where in the input something of a document stands. */
export const fieldOf = ({ at }: { at: number }, ...path: (string | number)[]): string =>
  fieldName(['documents', at, ...path]);
