// `npm start` as a user meets it: the table, the exit codes, an interrupt, wrong inputs, another endpoint.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DescribeAddressesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { parseAllowlistDocument } from '../../contract/allowlist';
import { startLocalAws } from '../../local-aws/start-local-aws';
import { ROOT } from '../../scripts/cdk-cli';

const SMALL = 'environment: dev\nregions:\n  eu-west-1: { availabilityZones: [eu-west-1a] }\n';
let folder: string;
let small: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exchange-keys-start-'));
  small = path.join(folder, 'small.yaml');
  writeFileSync(small, SMALL);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Started {
  readonly finished: Promise<Finished>;
  /** Waits until the text was printed on either stream. */
  printed(text: string): Promise<void>;
  /** What was printed so far. */
  text(): string;
  interrupt(): void;
}

function npmStart(args: string[], env: NodeJS.ProcessEnv = {}): Started {
  const { AWS_ENDPOINT_URL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/start.ts', ...args], {
    cwd: ROOT,
    env: { ...inherited, CDK_VALIDATION: 'false', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const waiting: { text: string; resolve: () => void }[] = [];
  const notice = () => {
    for (const { text, resolve } of waiting) if ((stdout + stderr).includes(text)) resolve();
  };
  child.stdout.on('data', (data) => {
    stdout += data;
    notice();
  });
  child.stderr.on('data', (data) => {
    stderr += data;
    notice();
  });
  const finished = once(child, 'close').then(([code]) => ({ code, stdout, stderr }));
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ text, resolve });
      notice();
      finished.then(({ code }) =>
        reject(new Error(`ended with ${code} before it printed '${text}':\n${stdout}${stderr}`)),
      );
    });
  return { finished, printed, text: () => stdout + stderr, interrupt: () => child.kill('SIGINT') };
}

/** True when something listens there. */
async function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    () => true,
    () => false,
  );
}

const endpointIn = (text: string) => /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? '';

test('deploys the example of the repository, prints a table and the CIDRs, and leaves nothing running', async () => {
  const { code, stdout, stderr } = await npmStart([]).finished;
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^region +zone +address +CIDR +role/m);
  expect(stdout.match(/^(eu-west-1|us-east-1) .*\/32 .*eipalloc-/gm)).toHaveLength(5);
  expect(stdout.match(/ standby /g)).toHaveLength(1);
  expect(stdout).toMatch(/Allow at every exchange.*\n\n {2}(127(\.\d+){3}\/\d+,?)+\n/);
  expect(stdout).toContain('/exchange-keys/dev/egress/us-east-1/allowlist');
  expect(stderr).toMatch(/bootstrapping the regions[\s\S]*deploying[\s\S]*✅/);
  expect(await answers(endpointIn(stderr))).toBe(false);

  // a key's life, the proof of the way out, and what the watch makes of use, through what was deployed (G5, G11, G18, G20)
  const told = [
    'putting the first key of dev-management-xxkk-0',
    'putting the first key of dev-probe-xxkk-0',
    'putting the first key of dev-trader-bot-a',
    'rotating dev-trader-bot-a through the deployed function',
    'during the overlap the old key works',
    'during the overlap the new key works',
    'the new key from another address is refused: address not allowed (10010)',
    'in use a moment ago, is held, and works',
    'after the overlap the old key is refused: key unknown (10003)',
    'after the overlap the new key works',
    'inside probe of eu-west-1a: pass, address of eu-west-1a',
    'inside probe of eu-west-1b: pass, signed-read of dev-probe-xxkk-0',
    'outside probe: pass, refused-outside of dev-probe-xxkk-0',
    'outside probe: fail, refused-outside of dev-probe-xxkk-0',
    'alarm exchange-keys-dev-OutsideProbeFailed is on',
    'writing request records of dev-trader-bot-a',
    'alarm exchange-keys-dev-NewSourceIp is on',
    'alarm exchange-keys-dev-DoNotTrade is on',
  ];
  const places = told.map((line) => stderr.indexOf(line));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(stdout.match(/^dev-\S+ +desk-1 +xxkk .* ok$/gm)).toHaveLength(4);

  // who misused one (G20)
  expect(stdout.match(/^\S+ \S+ UTC +\w+ +dev-trader-bot-a /gm)).toHaveLength(3);
  expect(stdout).toMatch(/ RetiredKeyUse +dev-trader-bot-a /);
});

test('--json prints the documents and nothing else on standard output', async () => {
  const { code, stdout } = await npmStart(['--config', small, '--json']).finished;
  expect(code).toBe(0);
  const [document] = JSON.parse(stdout);
  expect(parseAllowlistDocument(JSON.stringify(document), { localAws: true }).entries).toHaveLength(1);
});

test('--keep stays until Ctrl-C, says how to use it, and then leaves nothing', async () => {
  const started = npmStart(['--config', small, '--keep']);
  for (const text of ['until Ctrl-C', 'export AWS_ENDPOINT_URL=', 'npx cdk deploy']) await started.printed(text);
  const endpoint = endpointIn(started.text());
  expect(await answers(endpoint)).toBe(true);
  started.interrupt();
  expect((await started.finished).code).toBe(0);
  expect(await answers(endpoint)).toBe(false);
});

test('Ctrl-C in the middle of the deployment stops everything and exits with 130', async () => {
  const started = npmStart(['--config', small, '--keep']);
  await started.printed('deploying');
  started.interrupt();
  const { code, stderr } = await started.finished;
  expect(code).toBe(130);
  expect(await answers(endpointIn(stderr))).toBe(false);
});

test('against another endpoint: killed half-way, run again, and the deployment is complete', async () => {
  const other = await startLocalAws();
  try {
    const env = { AWS_ENDPOINT_URL: other.endpoint };
    for (const moment of ['synthesizing', 'bootstrapping', 'creating CloudFormation changeset', 'AWS::EC2::EIP']) {
      const killed = npmStart(['--config', small, '--verbose'], env);
      await killed.printed(moment);
      killed.interrupt();
      expect((await killed.finished).code).toBe(130);
    }
    expect(await answers(other.endpoint)).toBe(true);

    const second = await npmStart(['--config', small, '--json'], env).finished;
    expect({ code: second.code, stderr: second.code === 0 ? '' : second.stderr }).toEqual({ code: 0, stderr: '' });
    const third = await npmStart(['--config', small, '--json'], env).finished;
    expect(JSON.parse(third.stdout)).toEqual(JSON.parse(second.stdout));
    const client = {
      endpoint: other.endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    };
    const { Addresses } = await new EC2Client(client).send(new DescribeAddressesCommand({}));
    expect(Addresses).toHaveLength(1); // none leaked on the way
  } finally {
    await other.stop();
  }
});

describe('wrong input', () => {
  test('a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { code, stderr } = await npmStart(['--config', small, '--port', String(port)]).finished;
    server.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`port ${port} on 127.0.0.1 is already in use`);
  });

  test('a configuration that is not there costs no second of waiting', async () => {
    const { code, stderr } = await npmStart(['--config', path.join(folder, 'none.yaml')]).finished;
    expect(code).toBe(1);
    expect(stderr).toContain('no config file at');
    expect(stderr).not.toContain('starting the local AWS');
  });

  test('a configuration that the library refuses', async () => {
    const file = path.join(folder, 'wrong-zone.yaml');
    writeFileSync(file, SMALL.replace('eu-west-1a', 'us-east-1a'));
    const { code, stderr } = await npmStart(['--config', file]).finished;
    expect(code).toBe(1);
    expect(stderr).toContain("availability zone 'us-east-1a' is in region 'us-east-1', not in 'eu-west-1'");
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  test('an unknown option prints the usage and exits with 2', async () => {
    const { code, stderr } = await npmStart(['--kep']).finished;
    expect(code).toBe(2);
    expect(stderr).toMatch(/--kep[\s\S]*usage: npm start/);
  });

  test.each(['0', '70000', 'http'])('--port %s', async (port) => {
    const { code, stderr } = await npmStart(['--port', port]).finished;
    expect(code).toBe(2);
    expect(stderr).toContain(`got '${port}'`);
  });

  test('a Python without moto', async () => {
    const bin = mkdtempSync(path.join(folder, 'bin-'));
    const python = path.join(bin, 'python3');
    writeFileSync(python, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    for (const name of ['python']) writeFileSync(path.join(bin, name), readFileSync(python), { mode: 0o755 });
    const env = {
      PATH: bin,
      PYENV_ROOT: bin,
      EXCHANGE_KEYS_PYTHON: python,
      EXCHANGE_KEYS_VENV: path.join(bin, 'venv'),
    };
    const { code, stderr } = await npmStart(['--config', small], env).finished;
    expect(code).toBe(1);
    expect(stderr).toMatch(/python with moto is needed for the local AWS[\s\S]*pip install 'moto\[server\]==/);
  });
});
