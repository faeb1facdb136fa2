/**
 * The first of a hundred ports for the demo fleet of whatever file this process tests: below those that systems hand out, and
 * apart from those of the other processes that test at the same time.
 */
export const PANEL_PORT = 12_000 + (process.pid % 200) * 100;
