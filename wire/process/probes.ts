/**
 * Probes and metrics on plain HTTP: an orchestrator cannot present a client certificate, and nothing
 * here is secret or changes anything.
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export type ProbeSource = {
  /** True until the process ends. */
  readonly live: () => boolean;
  /** True when calls would be served. */
  readonly ready: () => boolean;
  /** The exposition text and its content type. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
};

/** Host and port of a `host:port` address; brackets of an IPv6 host are taken off. */
export function splitAddress(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(':');
  return {
    host: address.slice(0, at).replace(/^\[|\]$/g, ''),
    port: Number(address.slice(at + 1)),
  };
}

/** GET /livez, /readyz, /startupz and /metrics; anything else is 404 or 405. */
export function createProbeServer(source: ProbeSource): Server {
  const server = createServer((request, response) => {
    answer(source, request, response).catch(() => {
      reply(response, 500, 'error');
    });
  });
  server.requestTimeout = 5_000;
  server.headersTimeout = 5_000;
  server.keepAliveTimeout = 5_000;
  server.maxConnections = 64;
  return server;
}

async function answer(
  { live, ready, metrics }: ProbeSource,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.resume();
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    reply(response, 405, 'method not allowed');
    return;
  }
  switch (request.url?.split('?')[0]) {
    case '/livez':
      replyState(response, live());
      return;
    case '/readyz':
    case '/startupz':
      replyState(response, ready());
      return;
    case '/metrics': {
      const { contentType, text } = await metrics();
      reply(response, 200, text, contentType);
      return;
    }
    default:
      reply(response, 404, 'not found');
  }
}

function replyState(response: ServerResponse, ok: boolean): void {
  reply(response, ok ? 200 : 503, ok ? 'ok' : 'not ready');
}

function reply(
  response: ServerResponse,
  status: number,
  text: string,
  contentType = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(text.endsWith('\n') ? text : `${text}\n`);
}
