// Tries a way out of a workload subnet that must not exist, by nothing more than a TCP connection.
import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import type { ClosedPath } from '../../contract/verify';
import { type Verdict, verdict } from './probe-check';

/** What became of one attempt: `CONNECTED`, `TIMEOUT`, or Node's code. */
export type Attempt = string;

/** For the look-up of the name and the connection together. */
export const PATH_MILLISECONDS = 3_000;

/** Somebody out there has answered, if only to refuse. */
const OPEN: readonly Attempt[] = ['CONNECTED', 'ECONNREFUSED', 'ECONNRESET'];
/** No name, no route, no address of that family, no permission. */
const CLOSED: readonly Attempt[] = [
  'TIMEOUT',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'ETIMEDOUT',
  'EACCES',
  'EPERM',
];

/**
 * Silence counts as closed, because a security group and a network ACL drop without a word; so nothing here tells a path
 * that is closed from a far end that is down, or from a subnet that has lost its network. That the network is there, the
 * checks of address and exchange show, and the far ends are ones that answer everybody. UDP and other ports are not tried.
 */
export function pathVerdict({ host, port }: Pick<ClosedPath, 'host' | 'port'>, attempts: readonly Attempt[]): Verdict {
  const where = `${host.includes(':') ? `[${host}]` : host}:${port} (${attempts.join(', ')})`;
  if (attempts.some((attempt) => OPEN.includes(attempt))) return verdict('fail', 'PATH_OPEN', `reached ${where}`);
  if (attempts.length > 0 && attempts.every(isClosed)) return verdict('pass', 'PATH_CLOSED', `did not reach ${where}`);
  return verdict('unknown', 'PATH_UNDECIDED', `cannot tell whether ${where} can be reached`);
}

const isClosed = (attempt: Attempt) => CLOSED.includes(attempt) || /^EAI_/.test(attempt);

/** Every address of the host is tried: one that is open is enough. */
export async function tryPath({ host, port }: ClosedPath, milliseconds = PATH_MILLISECONDS): Promise<Attempt[]> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), milliseconds);
  try {
    const found = await Promise.race([lookup(host, { all: true }), aborted(giveUp.signal)]);
    if (found === 'TIMEOUT') return [found];
    return await Promise.all(found.map(({ address }) => tryAddress(address, port, giveUp.signal)));
  } catch (error) {
    return [codeOf(error)];
  } finally {
    clearTimeout(timer);
  }
}

function tryAddress(host: string, port: number, signal: AbortSignal): Promise<Attempt> {
  const socket = connect({ host, port });
  const ended = new Promise<Attempt>((resolve) => {
    socket.once('connect', () => resolve('CONNECTED'));
    // stays after the first: an error without a listener would end the process
    socket.on('error', (error) => resolve(codeOf(error)));
  });
  return Promise.race([ended, aborted(signal)]).finally(() => socket.destroy());
}

function aborted(signal: AbortSignal): Promise<'TIMEOUT'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('TIMEOUT');
    signal.addEventListener('abort', () => resolve('TIMEOUT'), { once: true });
  });
}

function codeOf(error: unknown): Attempt {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : 'NO_CODE';
}
