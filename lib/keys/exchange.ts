// Which exchange a key is of: its configuration, checked, and what a person has to do by hand there.
import { IConstruct } from 'constructs';
import { InputError } from '../../contract/errors';
import { usesPassphrase } from '../../contract/exchange/check-exchange-configuration';
import { ErrorClass } from '../../contract/exchange/error-class';
import { ExchangeConfiguration } from '../../contract/exchange/exchange-configuration';
import { type DescribedPermission, KeyPermission, MANAGE_KEYS } from '../../contract/keys';
import { ConfigError } from '../core/config-error';
import { exchangeProblems } from './exchange-schema';

/** Most of a document that an SSM parameter of the advanced tier holds, in bytes. */
const LARGEST_PARAMETER = 8192;

/** An exchange that keys are made for. */
export class Exchange {
  /**
   * An exchange that is described by configuration alone. An operation that the configuration lacks is done by a person:
   * the ring asks for it, and verifies that it was done.
   */
  public static xxkk(configuration: ExchangeConfiguration): Exchange {
    return new Exchange(configuration);
  }

  /**
   * The same with a configuration as it was read from a JSON or YAML file, whose types no compiler has seen.
   * It is checked like any other.
   */
  // biome-ignore lint/suspicious/noExplicitAny: jsii knows no 'unknown'
  public static fromDocument(document: any): Exchange {
    return new Exchange(document);
  }

  /**
   * An exchange whose keys are all made and deleted by a person, even if the configuration says how a machine could:
   * `create`, `list`, `restrict` and `revoke` are left out, and no management key exists.
   */
  public static manual(configuration: ExchangeConfiguration): Exchange {
    const { probe, inspect, serverTime } = configuration.operations ?? {};
    const { manageKeys: _none, ...permissions } = configuration.permissions ?? {};
    return new Exchange({
      ...configuration,
      operations: { probe, inspect, ...(serverTime && { serverTime }) },
      permissions,
    });
  }

  /** Name of the exchange, `xxkk`. */
  public readonly name: string;

  private constructor(private readonly configuration: ExchangeConfiguration) {
    this.name = configuration?.name;
  }

  /** True when some operation needs the management key. @internal */
  public get _needsManagementKey(): boolean {
    const { create, list, restrict, revoke } = this.configuration.operations;
    return Boolean(create || list || restrict || (revoke && revoke.signedBy !== 'key'));
  }

  /** Host of the API; only of a configuration that `_document` has accepted. @internal */
  public get _host(): string {
    return new URL(this.configuration.baseUrl).hostname;
  }

  /** True when a key has a passphrase besides its secret. @internal */
  public get _usesPassphrase(): boolean {
    return usesPassphrase(this.configuration);
  }

  /** True when some operation on other keys names the sub-account they are in. @internal */
  public get _needsAccount(): boolean {
    const { create, list, restrict, revoke } = this.configuration.operations;
    return JSON.stringify([create, list, restrict, revoke]).includes('{account}');
  }

  /** True when a code means that the address is refused, and not only that something is. @internal */
  public get _tellsRefusedAddress(): boolean {
    return this.configuration.errors.some(({ errorClass }) => errorClass === ErrorClass.IP_NOT_ALLOWED);
  }

  /** The configuration as the functions read it, refused with all its problems at once. @internal */
  public _document(scope: IConstruct): string {
    const problems = exchangeProblems(this.configuration);
    if (problems.length > 0) {
      const lines = problems.map(({ path, message, code }) => `${path ? `'${path}': ` : ''}${message} [${code}]`);
      throw new ConfigError(
        'EXCHANGE_CONFIGURATION_INVALID',
        `the configuration of exchange '${typeof this.name === 'string' ? this.name : '?'}' has ${lines.length} problem${lines.length === 1 ? '' : 's'}: ${lines.join('; ')}`,
        scope,
      );
    }
    const document = JSON.stringify(this.configuration);
    if (document.length > LARGEST_PARAMETER) {
      throw new ConfigError(
        'EXCHANGE_CONFIGURATION_TOO_LARGE',
        `the configuration of exchange '${this.name}' is ${document.length} bytes as JSON, an SSM parameter holds ${LARGEST_PARAMETER}; shorten it, for example the error list`,
        scope,
      );
    }
    return document;
  }

  /** Throws an `InputError` for a permission that the configuration does not map. @internal */
  public _requirePermissions(permissions: readonly DescribedPermission[]): void {
    const { read, tradeLimited, trade, withdraw, manageKeys } = this.configuration.permissions;
    const names: Record<DescribedPermission, string[] | undefined> = {
      [KeyPermission.READ]: read,
      [KeyPermission.TRADE_LIMITED]: tradeLimited,
      [KeyPermission.TRADE]: trade,
      [KeyPermission.WITHDRAW]: withdraw,
      [MANAGE_KEYS]: manageKeys,
    };
    const missing = permissions.find((permission) => !names[permission]);
    if (missing === undefined) return;
    const mapped = Object.entries(names).filter(([name, given]) => given && name !== MANAGE_KEYS);
    throw new InputError(
      'PERMISSION_NOT_MAPPED',
      `exchange '${this.name}' has no names for permission '${missing}', it has for ${mapped.map(([name]) => name).join(', ')}; add them to 'permissions' of its configuration`,
    );
  }
}
