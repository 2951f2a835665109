// Orders, positions and withdrawals: what a key may do, and that a dry run does nothing.
import { expectCode, useExchange } from './fixture';

const start = useExchange();
const ORDER = { symbol: 'BTCUSDT', side: 'Buy', qty: '0.5' };

test('each market has its permission', async () => {
  const fixture = await start();
  const [spot, linear] = [
    fixture.byHand({ permissions: ['SpotTrade'] }),
    fixture.byHand({ permissions: ['DerivTrade'] }),
  ];
  const order = (key: typeof spot, category?: string) =>
    fixture.client(key).call('POST', '/v1/orders', { body: { ...ORDER, category } });
  expectCode(await order(spot), 'OK');
  expectCode(await order(spot, 'linear'), 'PERMISSION');
  expectCode(await order(linear, 'linear'), 'OK');
  expectCode(await order(linear), 'PERMISSION');
  expectCode(await order(spot, 'option'), 'PARAMS');
  expect(fixture.control.orders().map(({ keyId, category }) => [keyId, category])).toEqual([
    [spot.id, 'spot'],
    [linear.id, 'linear'],
  ]);
});

test('positions follow the orders of the account; a dry run is no order', async () => {
  const fixture = await start({ subAccounts: ['sub-1', 'sub-2'] });
  const key = fixture.byHand({ permissions: ['Read', 'SpotTrade'] });
  const call = (body: object) => fixture.client(key).call('POST', '/v1/orders', { body });
  const dry = await call({ ...ORDER, dryRun: true });
  expect(dry.data).toEqual({ orderId: null, clientOrderId: null, status: 'dryRun' });
  expectCode(await call({ ...ORDER, clientOrderId: 'mine-1' }), 'OK');
  expectCode(await call({ ...ORDER, clientOrderId: 'mine-1' }), 'DUPLICATE_ORDER');
  expectCode(await call({ ...ORDER, side: 'Sell', qty: '0.25' }), 'OK');
  const positions = (account: string) =>
    fixture
      .client(fixture.byHand({ account }))
      .call('GET', '/v1/positions')
      .then(({ data }) => data.items);
  expect(await positions('sub-1')).toEqual([{ category: 'spot', symbol: 'BTCUSDT', qty: '0.25' }]);
  expect(await positions('sub-2')).toEqual([]);
  expect(fixture.control.orders({ account: 'sub-1' })).toHaveLength(2);
  expect(fixture.control.orders({ account: 'sub-2' })).toEqual([]);
});

test.each([{ side: 'Long' }, { qty: '0' }, { qty: 1 }, { qty: '-1' }, { symbol: '' }, { clientOrderId: 'a b' }])(
  'an order with %j',
  async (wrong) => {
    const fixture = await start();
    const key = fixture.byHand({ permissions: ['SpotTrade'] });
    expectCode(await fixture.client(key).call('POST', '/v1/orders', { body: { ...ORDER, ...wrong } }), 'PARAMS');
    expect(fixture.control.orders()).toEqual([]);
  },
);

test('withdrawals are noted and move nothing', async () => {
  const fixture = await start();
  const key = fixture.byHand({ permissions: ['Read', 'Withdraw'] });
  const before = await fixture.read(key);
  const body = { asset: 'USDT', amount: '9000', address: 'TXYZ' };
  const reply = await fixture.client(key).call('POST', '/v1/withdrawals', { body });
  expect(reply.data).toEqual({ withdrawalId: '1', status: 'pending' });
  expect(fixture.control.withdrawals()).toEqual([{ withdrawalId: '1', account: 'sub-1', keyId: key.id, ...body }]);
  expect((await fixture.read(key)).data).toEqual(before.data);
  expectCode(await fixture.client(key).call('POST', '/v1/withdrawals', { body: { asset: 'USDT' } }), 'PARAMS');
});
