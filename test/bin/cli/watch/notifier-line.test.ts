// Both ends of the log: what the notifier really writes about a finding is what the command reads from it.
import { findingJson, parseFindingLine } from '../../../../bin/cli/watch/finding-line';
import {
  FINDING_KINDS,
  type Finding,
  findingAttributes,
  findingItem,
  hourOf,
  ITEM_ATTRIBUTE,
  KEY_ATTRIBUTE,
} from '../../../../contract/watch';
import { createNotifier } from '../../../../runtime/watch/notifier';

const AT = Date.parse('2026-11-22T09:59:58.123Z');

test.each(FINDING_KINDS)('%s', async (kind) => {
  const finding: Finding = {
    kind,
    keyName: 'prod-trader-bot-a',
    subject: '203.0.113.9',
    at: AT,
    detail: 'the address is not in the published allowlist of any region',
    keyVersion: '3f1c6a52-9d0e-4b5e-8c1c-0c7c8a2f1e11',
    sourceIp: '203.0.113.9',
    endpoint: '/orders',
    category: 'trade',
    exchange: 'xxkk',
  };
  const NewImage = {
    [KEY_ATTRIBUTE]: { S: finding.keyName },
    [ITEM_ATTRIBUTE]: { S: findingItem(finding, hourOf(AT)) },
    ...findingAttributes(finding, AT + 1),
  };
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  try {
    const notify = createNotifier({
      environment: 'prod',
      runbookUrl: 'https://example.com/runbook.md',
      publish: async () => undefined,
      publishCounts: () => undefined,
      now: () => AT,
    });
    await notify({ Records: [{ eventName: 'INSERT', dynamodb: { SequenceNumber: '1', NewImage } }] });
  } finally {
    write.mockRestore();
  }
  const { kind: found, keyVersion, at, ...same } = finding;
  const told = lines.flatMap((line) => parseFindingLine(line) ?? []);
  expect(told.map(findingJson)).toEqual([
    {
      ...same,
      finding: found,
      versionId: keyVersion,
      at: new Date(at),
      severity: expect.stringMatching(/^(critical|warning)$/),
    },
  ]);
});
