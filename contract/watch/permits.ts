// Which endpoints a key may call, by the permissions it was made with.

import { EndpointCategory } from '../exchange/endpoint-category';
import type { DescribedPermission } from '../keys/permission';

const NEEDED: Readonly<Record<EndpointCategory, readonly DescribedPermission[]>> = {
  [EndpointCategory.READ]: ['read', 'trade-limited', 'trade', 'withdraw', 'manage-keys'],
  [EndpointCategory.TRADE]: ['trade-limited', 'trade'],
  [EndpointCategory.WITHDRAW]: ['withdraw'],
};

/** True when one of the permissions covers the category; trading and withdrawing keys read as well. */
export function permits(permissions: readonly DescribedPermission[], category: EndpointCategory): boolean {
  return permissions.some((permission) => NEEDED[category].includes(permission));
}
