import { z } from 'zod';
import { isTemplate } from '@/domain/template';
import { joined } from '@/server/steps/condition-settings';
import {
  type ConnectionSettings,
  inDoubt,
  patience,
  socketSettings,
  target,
} from '@/server/steps/http-settings';
import { addressProblem } from '@/server/steps/server-address';
import { type StepTemplate, textsIn } from '@/server/steps/step-templates';

const MOST_STATEMENTS = 50;
const MOST_PARAMS = 100;

/** By driver; `mariadb` speaks to MySQL as well. */
export const SQL_ADDRESSES = {
  postgresql: {
    protocols: ['postgres:', 'postgresql:'],
    port: 5432,
    example: 'postgres://host:5432/database',
    path: 'database',
  },
  mariadb: {
    protocols: ['mariadb:', 'mysql:'],
    port: 3306,
    example: 'mariadb://host:3306/database',
    path: 'database',
  },
} as const;

/** Where a database is and how to prove who one is. Texts are templates; take secrets from `{{secret.NAME}}`. */
export const sqlConnection = {
  driver: z.enum(['postgresql', 'mariadb']),
  /** postgres://host:5432/database, mariadb://host:3306/database; without credentials. */
  url: z.string().min(1, 'is missing'),
  username: z.string().min(1, 'is missing'),
  password: z.string().optional(),
  /** For all statements together, from the connection on. */
  timeoutMillis: z.number().int().min(1).max(300_000).default(10_000),
  /** With `caPem` or `tls` (which may be empty) the connection is encrypted. */
  ...socketSettings,
};

/** Refined on the whole of the settings: the address fits the driver. */
export function checkAddress(
  { driver, url }: Pick<SqlConnection, 'driver' | 'url'>,
  context: z.RefinementCtx,
): void {
  const message = isTemplate(url) ? null : addressProblem(SQL_ADDRESSES[driver], url);
  if (message) context.addIssue({ code: 'custom', path: ['url'], message });
}

export interface SqlConnection extends ConnectionSettings {
  driver: keyof typeof SQL_ADDRESSES;
  url: string;
  username: string;
  password?: string | undefined;
  timeoutMillis: number;
}

/** One statement, and what is filled in apart from it: $1 with PostgreSQL, ? with MariaDB. */
export const sqlStatement = {
  /** As it is sent. Nothing is pasted into it, whatever a tenant is called. */
  sql: z
    .string()
    .min(1, 'is missing')
    .refine(
      (text) => !isTemplate(text),
      'is sent as it stands: give what is to be filled in as params ($1 with PostgreSQL, ? with MariaDB)',
    ),
  /** Texts are templates. */
  params: z
    .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .max(MOST_PARAMS, `has more than ${MOST_PARAMS} entries`)
    .default([]),
};

const statement = z.strictObject({
  ...sqlStatement,
  /** As many rows must be changed (or found); another count fails the step. */
  rows: z.number().int().min(0).optional(),
  /**
   * Each value of its first column is a statement, and is carried out: for statements that take no parameters the database
   * writes them itself, with its own quoting.
   */
  runAnswer: z.boolean().default(false),
});

/** The settings of a step that speaks SQL. */
export const sqlSettings = z
  .strictObject({
    target: target.default('tenant'),
    ...sqlConnection,
    statements: z
      .array(statement)
      .min(1, 'has no statement')
      .max(MOST_STATEMENTS, `has more than ${MOST_STATEMENTS} entries`),
    /** All of them or none. */
    transaction: z.boolean().default(false),
    inDoubt: inDoubt.default('probe'),
    retries: patience,
    /** Asked after a lost answer: its conditions hold of the rows once the step has taken effect. */
    readBack: z
      .strictObject({ ...sqlStatement, ...joined })
      .refine(({ all, any, not }) => all ?? any ?? not, 'Say what is to be found, with all, any or not.')
      .optional(),
  })
  .superRefine(checkAddress);

export type SqlSettings = z.infer<typeof sqlSettings>;
export type SqlStatement = z.input<typeof statement>;

/** The templates of a connection to a database. */
export const connectionTemplates = ({ url, username, password, caPem, tls }: SqlConnection): StepTemplate[] =>
  textsIn({ url, username, password, caPem, tls }, []);

export function sqlTemplates(wanted: SqlSettings): StepTemplate[] {
  const { statements, readBack } = wanted;
  return [
    ...connectionTemplates(wanted),
    ...statements.flatMap(({ params }, index) => textsIn(params, ['statements', index, 'params'])),
    ...textsIn(readBack?.params, ['readBack', 'params']),
    ...textsIn({ all: readBack?.all, any: readBack?.any, not: readBack?.not }, ['readBack']),
  ];
}
