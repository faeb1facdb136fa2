/**
 * What stands in the place of a part whose code comes when it is first needed. Without it everything that changed together
 * with the part waits as well, and a click is answered late.
 */
export const nothing = () => null;
