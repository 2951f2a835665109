// Property: a valid network with any defect, alone or with others, is refused, and the defect is named.
import * as fc from 'fast-check';
import { lookUp, refusalOf } from '../support/lookups';
import { type Network, regionalNetwork, scriptNetwork, zonalNetwork } from '../support/network';
import { DEFECTS, type Defect, REGIONAL_DEFECTS } from '../support/network-defects';
import { useEc2Server } from '../support/scripted';

const server = useEc2Server();

const KINDS = [
  { kind: 'zonal', make: zonalNetwork, defects: DEFECTS },
  { kind: 'regional', make: regionalNetwork, defects: [...DEFECTS, ...REGIONAL_DEFECTS] },
];

/** A network nothing of which is shared with another one. */
const fresh = (make: () => Network) => structuredClone(make());

const refuse = (network: Network) => {
  scriptNetwork(server.current, network);
  return refusalOf(lookUp(network.properties));
};

describe.each(KINDS)('$kind network', ({ make, defects }) => {
  test.each(defects.flatMap((defect) => [0, 1].map((zone) => ({ name: defect.name, zone, defect }))))(
    '$name, zone $zone',
    async ({ defect, zone }) => {
      const network = fresh(make);
      const words = defect.apply(network, zone);
      const { code, message } = await refuse(network);
      expect(code).toBe('NETWORK_REFUSED');
      for (const word of words) expect(message).toContain(word);
    },
  );

  test('any defects together', async () => {
    const chosen: fc.Arbitrary<[Defect, number][]> = fc.uniqueArray(
      fc.tuple(fc.constantFrom(...defects), fc.integer({ min: 0, max: 1 })),
      { minLength: 1, maxLength: 4, selector: ([defect]) => defect.name },
    );
    await fc.assert(
      fc.asyncProperty(chosen, async (selection) => {
        const network = fresh(make);
        for (const [defect, zone] of selection) tryApply(defect, network, zone);
        // together they may also be an answer that contradicts itself
        expect(['NETWORK_REFUSED', 'AWS_ANSWER_UNUSABLE']).toContain((await refuse(network)).code);
      }),
      { numRuns: 150 },
    );
  });
});

/** A defect may need what an earlier one has taken away; the network is then defective already. */
function tryApply(defect: Defect, network: Network, zone: number): void {
  try {
    defect.apply(network, zone);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}
