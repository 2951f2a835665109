// Secrets Manager for faults: an HTTP server on 127.0.0.1 that speaks its protocol, and misbehaves as the test says.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export interface Asked {
  readonly target: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

type Answer = (response: ServerResponse, asked: Asked) => void;

export class SecretsService {
  readonly asked: Asked[] = [];
  answer: Answer = refuse(404, 'ResourceNotFoundException');
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<SecretsService> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const target = request.headers['x-amz-target'];
        const asked = { target: String(target), body: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
        service.asked.push(asked);
        service.answer(response, asked);
      });
    });
    const service = new SecretsService(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A real client; one attempt, so that what is counted is what the loader does. */
  client(settings: { maxAttempts?: number; requestTimeout?: number } = {}): SecretsManagerClient {
    const { maxAttempts = 1, requestTimeout = 5_000 } = settings;
    return new SecretsManagerClient({
      endpoint: this.endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts,
      requestHandler: { requestTimeout, throwOnRequestTimeout: true },
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export const json = (response: ServerResponse, status: number, body: unknown, headers = {}) => {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', ...headers });
  response.end(JSON.stringify(body));
};

export const give =
  (SecretString: string, VersionId: string): Answer =>
  (response) =>
    json(response, 200, { ARN: 'arn', Name: 'name', SecretString, VersionId, VersionStages: ['AWSCURRENT'] });

export function refuse(status: number, type: string): Answer {
  return (response) => json(response, status, { __type: type, message: 'APISECRET0001 is what you sent' });
}
