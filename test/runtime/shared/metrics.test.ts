// The embedded metric format as CloudWatch reads it: one dimension, nothing of Powertools' own.
import { publishCounts } from '../../../runtime/shared/metrics';

test('writes one line with every count under the ring alone', () => {
  const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
  publishCounts('prod', [
    ['KeysSeen', 7],
    ['KeysFailed', 0],
  ]);
  publishCounts('staging', [['KeysSeen', 1]]);
  const lines = write.mock.calls.map(([chunk]) => JSON.parse(String(chunk)));
  write.mockRestore();
  expect(lines).toEqual([
    {
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'ExchangeKeys',
            Dimensions: [['Ring']],
            Metrics: [
              { Name: 'KeysSeen', Unit: 'Count' },
              { Name: 'KeysFailed', Unit: 'Count' },
            ],
          },
        ],
      },
      Ring: 'prod',
      KeysSeen: 7,
      KeysFailed: 0,
    },
    expect.objectContaining({ Ring: 'staging', KeysSeen: 1 }),
  ]);
  expect(lines[1]).not.toHaveProperty('KeysFailed');
});

test('further dimensions are of the same set', () => {
  const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
  publishCounts('prod', [['Findings', 2]], { Finding: 'NewSourceIp' });
  const [line] = write.mock.calls.map(([chunk]) => JSON.parse(String(chunk)));
  write.mockRestore();
  expect(line).toMatchObject({ Ring: 'prod', Finding: 'NewSourceIp', Findings: 2 });
  expect(line._aws.CloudWatchMetrics[0].Dimensions).toEqual([['Ring', 'Finding']]);
});
