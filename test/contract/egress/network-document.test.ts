// The network document: where it is, what it says, and every text that is not one.
import * as fc from 'fast-check';
import {
  type NetworkDocument,
  networkParameterName,
  networkParameterPath,
  parseNetworkDocument,
} from '../../../contract/egress';
import { refusalOf } from '../refusal';

const id = (prefix: string, digit: string) => `${prefix}-${digit.repeat(17)}`;

const zone = (letter: string) => ({
  availabilityZone: `eu-west-1${letter}`,
  subnetId: id('subnet', letter),
  routeTableId: id('rtb', letter),
  natGatewayId: id('nat', letter),
  allocationId: id('eipalloc', letter),
});

const DOCUMENT: NetworkDocument = {
  schema: 1,
  environment: 'prod',
  region: 'eu-west-1',
  vpcId: id('vpc', '0'),
  zones: [zone('a'), zone('b')],
};

const refused = (text: string, expected = {}) => refusalOf(() => parseNetworkDocument(text, expected));

const changed = (changes: object) => JSON.stringify({ ...DOCUMENT, ...changes });
const zones = (...given: object[]) => changed({ zones: given });

describe('the place', () => {
  test('of all networks of a region, and of one', () => {
    expect(networkParameterPath('prod', 'eu-west-1')).toBe('/exchange-keys/prod/egress/eu-west-1/network/');
    expect(networkParameterName('prod', 'eu-west-1', 'Net.A_b-1')).toBe(
      '/exchange-keys/prod/egress/eu-west-1/network/Net.A_b-1',
    );
    expect(networkParameterPath('qa', 'eu-west-1', { qa: { production: false } })).toContain('/qa/');
  });

  test.each(['', 'a/b', 'a b', 'é', 'a\n'])('no name: %j', (name) => {
    expect(() => networkParameterName('prod', 'eu-west-1', name)).toThrow(
      expect.objectContaining({ code: 'NETWORK_NAME_MALFORMED' }),
    );
  });

  test.each([
    ['ENVIRONMENT_UNKNOWN', 'qa', 'eu-west-1'],
    ['REGION_MALFORMED', 'prod', 'ireland'],
  ])('%s', (code, environment, region) => {
    expect(() => networkParameterPath(environment, region)).toThrow(expect.objectContaining({ code }));
  });
});

describe('read', () => {
  test('as it is, with its zones sorted', () => {
    const text = zones(zone('b'), zone('a'));
    expect(parseNetworkDocument(text)).toEqual(DOCUMENT);
    expect(parseNetworkDocument(text, { environment: 'prod', region: 'eu-west-1' })).toEqual(DOCUMENT);
  });

  test('one gateway and one address may serve several zones', () => {
    const shared = { natGatewayId: id('nat', 'a'), allocationId: id('eipalloc', 'a') };
    const text = zones(zone('a'), { ...zone('b'), ...shared }, { ...zone('c'), ...shared });
    expect(parseNetworkDocument(text).zones.map(({ natGatewayId }) => natGatewayId)).toEqual(
      Array(3).fill(shared.natGatewayId),
    );
  });

  test('what is written is read', () => {
    const letters = fc.uniqueArray(fc.constantFrom(...'abcdef'), { minLength: 1 });
    fc.assert(
      fc.property(letters, fc.boolean(), (given, pretty) => {
        const document = { ...DOCUMENT, zones: given.map(zone) };
        const read = parseNetworkDocument(JSON.stringify(document, null, pretty ? 2 : 0));
        expect(read.zones).toEqual([...given].sort().map(zone));
      }),
    );
  });
});

describe('refused', () => {
  const { zones: _, ...withoutZones } = DOCUMENT;
  const { subnetId, ...withoutSubnet } = zone('a');

  test.each<[string, string, string]>([
    ['no JSON', '{', '$: it is not JSON'],
    ['a list', '[]', '$: it is not an object'],
    ['null', 'null', '$: it is not an object'],
    ['no zones', JSON.stringify(withoutZones), "$: the key 'zones' is missing"],
    ['no schema', changed({ schema: undefined }), "$: the key 'schema' is missing"],
    ['a key too many', changed({ more: 1 }), "$: the key 'more' is unknown"],
    ['environment', changed({ environment: 'Prod' }), "$.environment: 'Prod' is not the name of an environment"],
    ['environment a number', changed({ environment: 7 }), '$.environment: it is not a text'],
    ['region', changed({ region: 'ireland' }), "$.region: 'ireland' is not a region name"],
    ['vpc', changed({ vpcId: 'vpc-1' }), "$.vpcId: 'vpc-1' is not a VPC id"],
    ['zones of nothing', zones(), '$.zones: it is not a list of one zone at least'],
    ['zones an object', changed({ zones: {} }), '$.zones: it is not a list'],
    ['a zone null', changed({ zones: [null] }), '$.zones[0]: it is not an object'],
    ['a zone without subnet', zones(withoutSubnet), "$.zones[0]: the key 'subnetId' is missing"],
    ['a zone with more', zones({ ...zone('a'), role: 'x' }), "$.zones[0]: the key 'role' is unknown"],
    ['a subnet of another kind', zones({ ...zone('a'), subnetId: id('nat', '1') }), '$.zones[0].subnetId: '],
    ['a route table', zones({ ...zone('a'), routeTableId: '' }), "$.zones[0].routeTableId: '' is not"],
    ['a gateway', zones(zone('a'), { ...zone('b'), natGatewayId: null }), '$.zones[1].natGatewayId: it is not a text'],
    ['an allocation', zones({ ...zone('a'), allocationId: `${id('eipalloc', 'a')} ` }), '$.zones[0].allocationId: '],
    [
      'a zone of another region',
      zones({ ...zone('a'), availabilityZone: 'us-east-1a' }),
      '$.zones[0].availabilityZone',
    ],
    ['a zone twice', zones(zone('a'), { ...zone('b'), availabilityZone: 'eu-west-1a' }), "'eu-west-1a' is there twice"],
    ['a subnet twice', zones(zone('a'), { ...zone('b'), subnetId }), `'${subnetId}' is there twice`],
  ])('%s', (__, text, problem) => {
    const { code, message } = refused(text);
    expect(code).toBe('NETWORK_DOCUMENT_MALFORMED');
    expect(message).toContain('the network document is malformed at $');
    expect(message).toContain(problem);
    expect(message).toMatch(/; deploy the network again, or upgrade cdk-exchange-keys where the document is read$/);
  });

  test.each([2, '1', null])('schema %j, whatever else it says', (schema) => {
    expect(refused(JSON.stringify({ schema, other: true })).code).toBe('NETWORK_DOCUMENT_SCHEMA_UNKNOWN');
  });

  test.each([
    [{ environment: 'dev' }, 'NETWORK_DOCUMENT_OF_OTHER_ENVIRONMENT'],
    [{ region: 'us-east-1' }, 'NETWORK_DOCUMENT_OF_OTHER_REGION'],
  ])('asked for %j', (expected, code) => {
    expect(refused(JSON.stringify(DOCUMENT), expected).code).toBe(code);
  });

  test('nothing but a document is read, and nothing but an InputError is thrown', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(refused(text).code).toMatch(/^NETWORK_DOCUMENT_(MALFORMED|SCHEMA_UNKNOWN)$/);
      }),
    );
  });

  test('a value that was damaged anywhere', () => {
    const paths = ['environment', 'region', 'vpcId', ...Object.keys(zone('a')).map((key) => `zones.${key}`)];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        // a reader knows not which environments there are: another well-formed name is none that was damaged
        fc.pre(!(path === 'environment' && typeof value === 'string' && /^[a-z][a-z0-9]{1,15}$/.test(value)));
        const [key, inner] = path.split('.');
        const text = inner ? zones({ ...zone('a'), [inner]: value }) : changed({ [key]: value });
        expect(refused(text).code).toBe('NETWORK_DOCUMENT_MALFORMED');
      }),
    );
  });
});
