// Asks echo services which address they see; what is not one bare IPv4 address in a small 2xx answer is no testimony.
import { parseCidr } from '../../contract/cidr';
import { parseBaseUrl } from '../../contract/exchange/base-url';
import { echoServiceHosts } from '../../contract/verify';
import { HttpClient, type HttpLimits, NoAnswer } from '../exchange/http-client';

export type EchoAnswer = { readonly service: string } & (
  | { readonly address: string }
  | { readonly problem: 'silent' | 'malformed'; readonly reason: string }
);

/** An address and a line break fit many times. */
export const ECHO_LIMITS: HttpLimits = { connectTimeout: 3_000, totalTimeout: 5_000, maxBytes: 256 };

/**
 * One answer for each service, in their order.
 * @throws InputError as `echoServiceHosts` does: fewer than two independent services prove nothing.
 */
export async function askEchoServices(
  services: readonly string[],
  limits: HttpLimits = ECHO_LIMITS,
): Promise<EchoAnswer[]> {
  echoServiceHosts(services);
  return Promise.all(services.map((service) => ask(service, limits)));
}

async function ask(service: string, limits: HttpLimits): Promise<EchoAnswer> {
  const base = parseBaseUrl(service);
  // of this one call, so that its connection is new: an older one may still take the way of before
  const client = new HttpClient(base, undefined, limits);
  try {
    const { status, text } = await client.send({
      method: 'GET',
      pathAndQuery: base.path || '/',
      headers: { Accept: 'text/plain' },
      hasEffect: false,
    });
    if (status < 200 || status > 299) return { service: base.host, problem: 'silent', reason: `HTTP ${status}` };
    return { service: base.host, ...read(text) };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    const problem = error.code === 'ANSWER_TOO_LARGE' ? 'malformed' : 'silent';
    return { service: base.host, problem, reason: error.code };
  } finally {
    client.close();
  }
}

/** The text itself is not repeated: it is anybody's. */
function read(text: string): { address: string } | { problem: 'malformed'; reason: string } {
  const address = text.trim();
  try {
    if (/^[\d.]+$/.test(address)) return { address: parseCidr(address).text.replace(/\/32$/, '') };
  } catch {
    // digits and points that are no address
  }
  return { problem: 'malformed', reason: 'not one IPv4 address' };
}
