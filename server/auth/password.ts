/** Shortest password an account may have; sign-in attempts are limited besides. */
export const MIN_PASSWORD_LENGTH = 12;
