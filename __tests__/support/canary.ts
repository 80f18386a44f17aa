import { createServer } from 'node:http';
import { closeServer, listen, recordOf, type Intercept, type SeenRequest } from './in-memory-registry.ts';

export interface Canary {
  readonly host: string;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** A server that is none of the registry's, and notes everything it is sent. */
export async function startCanary(answer: Intercept = () => false): Promise<Canary> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const reply = async (): Promise<void> => {
      const record = await recordOf(request);
      seen.push(record);
      if (!(await answer(record, response))) response.writeHead(404).end();
    };
    reply().catch(() => response.destroy());
  });
  const host = await listen(server);
  return { host, seen, close: () => closeServer(server) };
}
