// What is rendered, read back by a reader of that format, is exactly the list.
import fc from 'fast-check';
import {
  ALLOWLIST_FORMATS,
  egressList,
  parseAllowlistFormat,
  renderAllowlist,
} from '../../../contract/allowlist-formats';
import { refusalOf } from '../refusal';
import { anyDocuments, document } from './arbitraries';
import { readLocals } from './hcl-reader';

const LIST = egressList([
  document('us-east-1', { a: ['52.0.0.9', 'standby'] }),
  document('eu-west-1', { b: ['34.240.0.200', 'active'], a: ['34.240.0.1', 'active'] }, ['34.240.0.0/24']),
]);

test('text', () => {
  expect(renderAllowlist('text', LIST)).toBe(
    [
      '34.240.0.1    eu-west-1a  active   in 34.240.0.0/24',
      '34.240.0.200  eu-west-1b  active   in 34.240.0.0/24',
      '52.0.0.9      us-east-1a  standby',
    ].join('\n'),
  );
});

test('cidr, csv and hcl', () => {
  expect(renderAllowlist('cidr', LIST)).toBe('34.240.0.0/24\n52.0.0.9/32');
  expect(renderAllowlist('csv', LIST).split('\n').slice(0, 2)).toEqual([
    'region,availabilityZone,role,address,cidr,publishedCidr,allocationId',
    'eu-west-1,eu-west-1a,active,34.240.0.1,34.240.0.1/32,34.240.0.0/24,eipalloc-00000000034240011',
  ]);
  expect(renderAllowlist('hcl', LIST)).toBe(`locals {
  exchange_keys_prod_cidrs = [
    "34.240.0.0/24",
    "52.0.0.9/32",
  ]

  exchange_keys_prod_addresses = {
    "eu-west-1" = {
      "eu-west-1a" = { address = "34.240.0.1", cidr = "34.240.0.1/32", role = "active", allocation_id = "eipalloc-00000000034240011" }
      "eu-west-1b" = { address = "34.240.0.200", cidr = "34.240.0.200/32", role = "active", allocation_id = "eipalloc-00000003424002000" }
    }
    "us-east-1" = {
      "us-east-1a" = { address = "52.0.0.9", cidr = "52.0.0.9/32", role = "standby", allocation_id = "eipalloc-00000000000520090" }
    }
  }
}`);
});

test('csv and hcl quote what has to be quoted', () => {
  const [entry] = LIST.entries;
  const odd = '$'.concat('{x} %{y}');
  const list = { ...LIST, entries: [{ ...entry, allocationId: 'a"b,c\nd', region: odd }] };
  expect(renderAllowlist('csv', list)).toContain(',"a""b,c\nd"');
  const { exchange_keys_prod_addresses: addresses } = readLocals(renderAllowlist('hcl', list));
  expect(addresses).toEqual({
    [odd]: { 'eu-west-1a': expect.objectContaining({ allocation_id: 'a"b,c\nd' }) },
  });
});

test('every format has every address and range, and none besides', () => {
  fc.assert(
    fc.property(anyDocuments(), (documents) => {
      const list = egressList(documents);
      const addresses = documents.flatMap(({ entries }) => entries.map(({ address }) => address)).sort();
      const cidrs = [...new Set(documents.flatMap((each) => each.cidrs))].sort();

      const lines = (format: 'text' | 'cidr' | 'csv') => renderAllowlist(format, list).split('\n');
      expect(
        lines('text')
          .map((line) => line.split(' ')[0])
          .sort(),
      ).toEqual(addresses);
      expect(lines('cidr').sort()).toEqual(cidrs);
      const [, ...rows] = lines('csv').map((line) => line.split(','));
      expect(rows.map(([, , , address]) => address).sort()).toEqual(addresses);
      expect([...new Set(rows.map(([, , , , , published]) => published))].sort()).toEqual(cidrs);

      const json = JSON.parse(renderAllowlist('json', list));
      expect([json.environment, json.entries, json.cidrs]).toEqual(['prod', list.entries, list.cidrs]);

      const hcl = readLocals(renderAllowlist('hcl', list)) as unknown as {
        exchange_keys_prod_cidrs: string[];
        exchange_keys_prod_addresses: Record<string, Record<string, { address: string; role: string }>>;
      };
      expect(hcl.exchange_keys_prod_cidrs).toEqual(list.cidrs);
      const inHcl = Object.entries(hcl.exchange_keys_prod_addresses).flatMap(([region, zones]) =>
        Object.entries(zones).map(([availabilityZone, { address, role }]) => ({
          region,
          availabilityZone,
          address,
          role,
        })),
      );
      expect(inHcl).toEqual(
        list.entries.map(({ region, availabilityZone, address, role }) => ({
          region,
          availabilityZone,
          address,
          role,
        })),
      );
    }),
  );
});

test('the order of the documents does not matter', () => {
  fc.assert(
    fc.property(anyDocuments(), fc.constantFrom('text', 'cidr', 'json', 'csv', 'hcl'), (documents, format) => {
      const turned = documents.map((each) => ({ ...each, entries: [...each.entries].reverse() })).reverse();
      expect(renderAllowlist(format as 'text', egressList(turned))).toBe(
        renderAllowlist(format as 'text', egressList(documents)),
      );
    }),
  );
});

test('formats by name', () => {
  expect(ALLOWLIST_FORMATS.map(parseAllowlistFormat)).toEqual(['text', 'cidr', 'json', 'csv', 'hcl', 'exchange']);
  expect(refusalOf(() => parseAllowlistFormat('toString'))).toEqual({
    code: 'FORMAT_UNKNOWN',
    message: "format 'toString' is unknown, allowed are text, cidr, json, csv, hcl, exchange",
  });
});
