/** As much of the package as is used here; its own types are those of Express. */
declare module 'compression' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Options {
    /** Answers of fewer bytes go as they are. */
    threshold?: number;
    filter?: (request: IncomingMessage, response: ServerResponse) => boolean;
  }
  const compression: {
    (options?: Options): (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
    /** Whether the content type is one that gets smaller. */
    filter(request: IncomingMessage, response: ServerResponse): boolean;
  };
  export default compression;
}
