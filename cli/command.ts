import type { Given, Options } from './arguments';
import type { Access, Client } from './client';
import type { Bar } from './progress';

/** Where a command writes; `signal` fires when somebody presses Ctrl-C. */
export interface Terminal {
  out(line: string): void;
  error(line: string): void;
  read(file: string): Promise<Uint8Array>;
  /** The files below a folder, hidden ones aside; null when it is none. */
  list(folder: string): Promise<string[] | null>;
  /** Makes the folders as well. */
  write(file: string, text: string): Promise<void>;
  /** Asks whoever sits there; absent where nobody does. */
  ask?: ((question: string) => Promise<string>) | undefined;
  /** The line at the end of a terminal that is drawn over again; absent where a program reads. */
  bar?: Bar | undefined;
  signal: AbortSignal;
}

export interface Session extends Terminal {
  access: Access;
  client: Client;
  given: Given;
  json: boolean;
}

/** A command that runs here and asks no server; answers with the exit code. */
export interface LocalCommand {
  summary: string;
  /** What its help says besides. */
  help?: string[];
  /** Whether it takes --json. */
  json?: boolean;
  /** What else it takes, and how its help writes that; without it nothing. */
  takes?: { usage: string; options: Options };
  run(given: Given): Promise<number>;
}

/** One command: what its help says, what it takes and what it does; answers with the exit code. */
export interface Command {
  usage: string;
  summary: string;
  help: string[];
  /** A command line as somebody would write it. */
  example: string;
  options: Options;
  run(session: Session): Promise<number>;
}
