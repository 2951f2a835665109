// A walled garden for names: only the given domains and the region's AWS endpoints resolve, all else is NXDOMAIN.
import { Lazy } from 'aws-cdk-lib';
import {
  CfnFirewallDomainList,
  CfnFirewallRuleGroup,
  CfnFirewallRuleGroupAssociation,
} from 'aws-cdk-lib/aws-route53resolver';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { requireConcrete, requireRegion } from '../core/checks';
import { ConfigError } from '../core/config-error';

export interface DnsFirewallProps {
  readonly vpcId: string;
  /** `api.xxkk.example` or `*.xxkk.example`. */
  readonly domains: string[];
}

/** One label of letters, digits and inner hyphens. */
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^(?:\\*\\.)?(?:${LABEL}\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$`);

export class DnsFirewall extends Construct {
  private readonly parameterRegions: (() => readonly string[])[] = [];
  private readonly names: readonly string[];

  constructor(scope: Construct, id: string, props: DnsFirewallProps) {
    super(scope, id);
    const region = requireRegion(this);
    this.names = [...readDomains(this, props.domains), ...awsDomains(region)];
    const allowed = new CfnFirewallDomainList(this, 'AllowedDomains', {
      domains: Lazy.list({ produce: () => [...new Set([...this.names, ...this.parameterDomains(region)])].sort() }),
    });
    const everything = new CfnFirewallDomainList(this, 'EveryDomain', { domains: ['*'] });
    const rules = new CfnFirewallRuleGroup(this, 'Rules', {
      firewallRules: [
        {
          priority: 100,
          action: 'ALLOW',
          firewallDomainListId: allowed.attrId,
          // Exchanges stand behind content delivery networks: only the first name of a CNAME chain is ours to list.
          firewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN',
        },
        { priority: 200, action: 'BLOCK', blockResponse: 'NXDOMAIN', firewallDomainListId: everything.attrId },
      ],
    });
    // Resolver's own default is to fail closed when the firewall does not answer (FirewallConfig, FirewallFailOpen).
    new CfnFirewallRuleGroupAssociation(this, 'Association', {
      firewallRuleGroupId: rules.attrId,
      vpcId: props.vpcId,
      priority: 101,
    });
  }

  /** Lets the parameters of other regions be read: what the regions are may be known at the end of synth only. */
  public allowParametersOf(regions: () => readonly string[]): void {
    this.parameterRegions.push(regions);
  }

  /** True when the name is one of the given domains, or below one that begins with an asterisk. */
  public resolves(host: string): boolean {
    return this.names.some((name) => (name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name));
  }

  private parameterDomains(own: string): string[] {
    const others = this.parameterRegions.flatMap((regions) => regions()).filter((region) => region !== own);
    return others.map((region) => `ssm.${region}.${domainSuffix(region)}`);
  }
}

function readDomains(scope: Construct, domains: string[]): string[] {
  requireConcrete(scope, 'dnsAllowlist', domains);
  if (domains.length === 0) {
    throw new ConfigError(
      'DNS_ALLOWLIST_EMPTY',
      `'dnsAllowlist' is empty, so not even the exchange would resolve; name its API host, or leave the prop out to let every name resolve`,
      scope,
    );
  }
  const names = domains.map((domain) => readDomain(scope, domain));
  return [...new Set(names)];
}

function readDomain(scope: Construct, domain: string): string {
  requireConcrete(scope, 'dnsAllowlist', domain);
  const name = domain.toLowerCase().replace(/\.$/, '');
  if (name.length > 253 || !DOMAIN.test(name)) {
    throw new ConfigError(
      'DNS_DOMAIN_MALFORMED',
      `'dnsAllowlist' names '${domain}', which is not a domain name; write 'api.xxkk.example', or '*.xxkk.example' for all names below it, without scheme, port or path`,
      scope,
    );
  }
  return name;
}

/** Names the SDKs and the Lambda and container agents resolve in this region. */
function awsDomains(region: string): string[] {
  const suffix = domainSuffix(region);
  const instances = region === 'us-east-1' ? '*.ec2.internal' : `*.${region}.compute.internal`;
  return [`*.${region}.${suffix}`, `sts.${suffix}`, instances];
}

function domainSuffix(region: string): string {
  return RegionInfo.get(region).domainSuffix ?? 'amazonaws.com';
}
