// The key of a workload.

export type { LoaderWarning } from '../shared/notices';
export type { ExplicitSource, GivenKey } from './credential-source';
export { HeldKey } from './held-key';
export type { KeyHolder, Refreshed } from './holder';
export { loadKey } from './load-key';
export type { LoadKeyOptions } from './load-key-options';
export type { Rotation, RotationListener, VersionInfo } from './rotation-listeners';
export type { SecretsClient } from './secrets-manager-source';
