// What `allowlist verify` prints: a line a region, its problems below.
import type { Output } from '../output/output';
import { printable } from '../output/printable';
import type { CheckedRegion } from './check-regions';

/** Nothing is deployed there, and nothing is wrong with that. */
export function isEmpty({ allowlist, networks, problems, unreadable }: CheckedRegion): boolean {
  return allowlist === undefined && networks.length + problems.length === 0 && unreadable === undefined;
}

export function isGood({ problems, unreadable }: CheckedRegion): boolean {
  return problems.length === 0 && unreadable === undefined;
}

export function verifyJson(regions: readonly CheckedRegion[]): object {
  return {
    ok: regions.every(isGood),
    regions: regions.map(({ region, allowlist, networks, problems, unreadable }) => ({
      region,
      addresses: allowlist?.entries ?? [],
      networks,
      problems,
      ...(unreadable && { unreadable }),
    })),
  };
}

export function verifyText(regions: readonly CheckedRegion[], output: Output): string {
  const empty = regions.filter(isEmpty).length;
  const width = Math.max(...regions.map(({ region }) => region.length));
  return [
    ...regions.filter((region) => !isEmpty(region)).flatMap((region) => regionLines(region, width, output)),
    ...(empty > 0 ? [`nothing is deployed in ${counted(empty, 'other region')}`] : []),
  ].join('\n');
}

function regionLines({ region, ...found }: CheckedRegion, width: number, output: Output): string[] {
  const { allowlist, networks, problems, unreadable } = found;
  const line = (verdict: string, text: string) => `${region.padEnd(width)}  ${verdict}  ${text}`;
  const details = problems.map(({ code, message }) => `  ${code}: ${printable(message)}`);
  if (unreadable) {
    const reason = `${printable(unreadable.message)} [${unreadable.code}]`;
    return [line(output.styled('red', 'unreadable'), reason), ...details];
  }
  const what = `${counted(allowlist?.entries.length ?? 0, 'address', 'addresses')}, ${counted(networks.length, 'network')}`;
  if (problems.length === 0) return [line(output.styled('green', 'ok'), what)];
  return [line(output.styled('red', 'differs'), `${what}, ${counted(problems.length, 'problem')}`), ...details];
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
