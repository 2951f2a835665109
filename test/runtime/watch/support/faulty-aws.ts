// A loopback server that fails in every way an AWS service can fail, and clients that do not wait for it long.
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { REGION } from './watch-world';

export type Fault = (response: ServerResponse) => void;

const json = (response: ServerResponse, status: number, body: string) => {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(body);
};
const error = (status: number, type: string) => (response: ServerResponse) =>
  json(response, status, JSON.stringify({ __type: type, message: 'told by the service' }));

export const FAULTS: readonly (readonly [string, Fault])[] = [
  ['500', error(500, 'InternalServerError')],
  ['503 without a body', (response) => json(response, 503, '')],
  ['throttling', error(400, 'ThrottlingException')],
  ['access denied', error(400, 'AccessDeniedException')],
  ['an error nobody knows', error(400, 'NewError')],
  ['no answer', () => undefined],
  ['a closed connection', (response) => response.destroy()],
  ['half an answer', (response) => json(response, 200, '{"Secret')],
  ['a page of a proxy', (response) => json(response, 200, '<html><body>hello</body></html>')],
  ['an empty object', (response) => json(response, 200, '{}')],
  ['null', (response) => json(response, 200, 'null')],
  [
    'nonsense in the right places',
    (response) =>
      json(
        response,
        200,
        JSON.stringify({
          SecretList: [{ Name: 7, ARN: {}, SecretVersionsToStages: 'x' }, null, 'y'],
          Parameter: { Value: { a: 1 } },
          Responses: { findings: 'x' },
          Attributes: 9,
        }),
      ),
  ],
];

export class FaultyAws {
  public static async start(): Promise<FaultyAws> {
    const faulty = new FaultyAws();
    faulty.server.listen(0, '127.0.0.1');
    await once(faulty.server, 'listening');
    return faulty;
  }

  public fault: Fault = error(500, 'InternalServerError');
  private readonly server: Server = createServer((request, response) => {
    request.resume();
    request.on('end', () => this.fault(response));
  });

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private get settings() {
    return {
      region: REGION,
      endpoint: this.endpoint,
      maxAttempts: 2,
      requestHandler: { connectionTimeout: 500, requestTimeout: 500, throwOnRequestTimeout: true },
    };
  }

  public secrets(): SecretsManagerClient {
    return new SecretsManagerClient(this.settings);
  }

  public ssm(): SSMClient {
    return new SSMClient(this.settings);
  }

  public dynamo(): DynamoDBClient {
    return new DynamoDBClient(this.settings);
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Clients of a port where nobody listens. */
  public static refused() {
    const settings = { region: REGION, endpoint: 'http://127.0.0.1:1', maxAttempts: 2 };
    return {
      secrets: new SecretsManagerClient(settings),
      ssm: new SSMClient(settings),
      dynamo: new DynamoDBClient(settings),
    };
  }
}
