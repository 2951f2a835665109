// An ECS API on loopback: one service of one cluster, in the JSON protocol that the SDK speaks, with the faults that ECS has.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const CLUSTER = 'arn:aws:ecs:eu-west-1:111122223333:cluster/desk';
export const SERVICE = 'trader-bot';

type Input = Record<string, unknown>;

/** An answer in the place of the real one. */
export interface Fault {
  readonly action: string;
  /** How many calls it answers. */
  times: number;
  readonly status: number;
  readonly type: string;
  /** True when the call is carried out before the fault is told. */
  readonly after?: boolean;
}

export class EcsServer {
  public static async start(): Promise<EcsServer> {
    const server = new EcsServer();
    server.http.listen(0, '127.0.0.1');
    await once(server.http, 'listening');
    return server;
  }

  /** Deployments begin at this time, in milliseconds. */
  public now = 0;
  /** `undefined`: the service does not exist. */
  public status: string | undefined = 'ACTIVE';
  public clusterExists = true;
  public deployments: { status: string; createdAt: number }[] = [];
  /** Answers of `DescribeServices` in another form than AWS gives. */
  public strangeAnswer: object | undefined;
  public readonly calls: { action: string; input: Input }[] = [];
  public faults: Fault[] = [];
  private readonly http = createServer((request, response) => void this.answer(request, response));

  public get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    const closed = once(this.http, 'close');
    this.http.close();
    this.http.closeAllConnections();
    await closed;
  }

  /** As it is before each test: one deployment, begun at the time. */
  public reset(deployedAt: number): void {
    Object.assign(this, {
      status: 'ACTIVE',
      clusterExists: true,
      strangeAnswer: undefined,
      now: deployedAt,
      faults: [],
    });
    this.deployments = [{ status: 'PRIMARY', createdAt: deployedAt }];
    this.calls.length = 0;
  }

  /** Calls of one action so far. */
  public count(action: string): number {
    return this.calls.filter((call) => call.action === action).length;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const action = String(request.headers['x-amz-target']).split('.')[1];
    const input = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Input;
    this.calls.push({ action, input });
    const fault = this.faults.find((one) => one.action === action && one.times > 0);
    if (fault) {
      fault.times -= 1;
      if (fault.after) this.act(action, input);
      send(response, fault.status, { __type: fault.type, message: `${fault.type} was asked for` });
      return;
    }
    const [status, body] = this.act(action, input);
    send(response, status, body);
  }

  private act(action: string, input: Input): [number, object] {
    if (!this.clusterExists || input.cluster !== CLUSTER)
      return [400, { __type: 'ClusterNotFoundException', message: 'no cluster' }];
    if (action === 'DescribeServices') return [200, this.strangeAnswer ?? this.describe(input)];
    if (this.status === undefined || input.service !== SERVICE) {
      return [400, { __type: 'ServiceNotFoundException', message: 'no service' }];
    }
    if (this.status !== 'ACTIVE') return [400, { __type: 'ServiceNotActiveException', message: 'not active' }];
    if (input.forceNewDeployment === true) {
      for (const deployment of this.deployments) deployment.status = 'ACTIVE';
      this.deployments.unshift({ status: 'PRIMARY', createdAt: this.now });
    }
    return [200, { service: this.service() }];
  }

  private describe({ services }: Input): object {
    if (this.status === undefined || !(services as string[]).includes(SERVICE)) {
      return { services: [], failures: [{ arn: `${CLUSTER}/${SERVICE}`, reason: 'MISSING' }] };
    }
    return { services: [this.service()], failures: [] };
  }

  private service(): object {
    const deployments = this.deployments.map(({ status, createdAt }) => ({ status, createdAt: createdAt / 1000 }));
    return { serviceName: SERVICE, clusterArn: CLUSTER, status: this.status, deployments };
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}
