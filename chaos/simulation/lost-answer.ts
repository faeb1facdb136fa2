const CODE = 'CONNECTION_CLOSED';

/** What the driver throws when the connection broke: whether the statement was carried out nobody knows. */
export const lostAnswer = (): Error => Object.assign(new Error('The connection was closed'), { code: CODE });

export const isLost = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === CODE;
