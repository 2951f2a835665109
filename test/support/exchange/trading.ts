// Orders, positions and withdrawals of the accounts: enough to see what a key was allowed to do.
import { ApiError, Permission } from './protocol';
import { Body } from './received-request';

export interface Order {
  readonly orderId: string;
  readonly account: string;
  readonly keyId: string;
  readonly category: 'spot' | 'linear';
  readonly symbol: string;
  readonly side: 'Buy' | 'Sell';
  readonly qty: string;
  readonly clientOrderId: string | null;
}

export interface Withdrawal {
  readonly withdrawalId: string;
  readonly account: string;
  readonly keyId: string;
  readonly asset: string;
  readonly amount: string;
  readonly address: string;
}

interface Caller {
  readonly account: string;
  readonly id: string;
}

export const ORDER_PERMISSION: Readonly<Record<Order['category'], Permission>> = {
  spot: 'SpotTrade',
  linear: 'DerivTrade',
};

const DECIMAL = /^(?=.*[1-9])\d{1,12}(\.\d{1,8})?$/;
const NAME = /^[\w:.-]{1,100}$/;

function text(body: Body, field: string, form: RegExp): string {
  const value = body[field];
  if (typeof value !== 'string' || !form.test(value)) throw new ApiError('PARAMS', `${field} is missing or malformed`);
  return value;
}

export function readCategory({ category = 'spot' }: Body): Order['category'] {
  if (category !== 'spot' && category !== 'linear') throw new ApiError('PARAMS', 'category must be spot or linear');
  return category;
}

export class Trading {
  public readonly orders: Order[] = [];
  public readonly withdrawals: Withdrawal[] = [];

  /** Filled at once; a dry run only passes the checks. */
  public placeOrder({ account, id }: Caller, body: Body): object {
    const category = readCategory(body);
    const [symbol, qty] = [text(body, 'symbol', NAME), text(body, 'qty', DECIMAL)];
    const side = body.side;
    if (side !== 'Buy' && side !== 'Sell') throw new ApiError('PARAMS', 'side must be Buy or Sell');
    const clientOrderId = body.clientOrderId === undefined ? null : text(body, 'clientOrderId', NAME);
    const used = this.orders.some((order) => order.account === account && order.clientOrderId === clientOrderId);
    if (clientOrderId !== null && used) throw new ApiError('DUPLICATE_ORDER');
    if (body.dryRun === true) return { orderId: null, clientOrderId, status: 'dryRun' };
    const orderId = String(this.orders.length + 1);
    this.orders.push({ orderId, account, keyId: id, category, symbol, side, qty, clientOrderId });
    return { orderId, clientOrderId, status: 'filled' };
  }

  public positions(account: string): object[] {
    const sums = new Map<string, { category: string; symbol: string; qty: number }>();
    for (const { category, symbol, side, qty } of this.orders.filter((order) => order.account === account)) {
      const position = sums.get(`${category} ${symbol}`) ?? { category, symbol, qty: 0 };
      position.qty += side === 'Buy' ? Number(qty) : -Number(qty);
      sums.set(`${category} ${symbol}`, position);
    }
    return [...sums.values()].map((position) => ({ ...position, qty: String(position.qty) }));
  }

  /** Noted for tests to see; nothing moves. */
  public withdraw({ account, id }: Caller, body: Body): object {
    const asset = text(body, 'asset', NAME);
    const [amount, address] = [text(body, 'amount', DECIMAL), text(body, 'address', NAME)];
    const withdrawalId = String(this.withdrawals.length + 1);
    this.withdrawals.push({ withdrawalId, account, keyId: id, asset, amount, address });
    return { withdrawalId, status: 'pending' };
  }
}
