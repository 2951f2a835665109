// `kubernetes network-policy`: what the pods may reach.
import { parseBaseUrl } from '../../../contract/exchange/base-url';
import { readExchangeConfiguration } from '../curl/exchange-configuration';
import { EXIT } from '../exit-codes';
import { Failure } from '../failure';
import { ciliumNetworkPolicy } from './manifests/cilium-network-policy';
import { networkPolicy as plainPolicy } from './manifests/network-policy';
import { cidrsOption, formed, hostsOption } from './options';
import { workloadCommand } from './workload-command';

export const networkPolicy = workloadCommand({
  name: 'network-policy',
  summary: "what the workload's pods may reach: DNS and TCP 443, by name with Cilium",
  description:
    'With --engine cilium the exchange is named: by the host of its configuration, in AWS or in --file, or by --hosts instead.',
  options: [
    { flags: '--engine <name>', description: 'kubernetes or cilium', default: 'kubernetes' },
    { flags: '--cidrs <list>', description: 'kubernetes: ranges that TCP 443 is open to (default: everywhere)' },
    { flags: '--hosts <list>', description: "cilium: the exchange's hosts (default: that of its configuration)" },
    { flags: '--file <file>', description: "cilium: the exchange's configuration, JSON (default: AWS is asked)" },
  ],
  examples: [
    'network-policy prod-trader-bot-a -e prod --namespace trading',
    'network-policy prod-trader-bot-a -e prod --namespace trading --engine cilium --hosts api.xxkk.example,ws.xxkk.example',
  ],
  prepare: (options) => {
    const engine = formed('--engine', String(options.engine), /^(kubernetes|cilium)$/, "'kubernetes' or 'cilium'");
    const [cidrs, hosts] = [cidrsOption(options), hostsOption(options)];
    if (engine === 'cilium' ? cidrs : hosts || options.file) {
      throw new Failure(
        'KUBERNETES_OPTION_UNUSED',
        `--engine ${engine} takes no ${engine === 'cilium' ? '--cidrs' : '--hosts or --file'}; a NetworkPolicy knows ranges, Cilium names: choose the engine, or leave the option out`,
        { exitCode: EXIT.usage },
      );
    }
    return async (workload, session) => {
      if (engine === 'kubernetes') return plainPolicy(workload, cidrs);
      if (hosts) return ciliumNetworkPolicy(workload, hosts);
      const file = options.file === undefined ? undefined : String(options.file);
      const { baseUrl } = await readExchangeConfiguration(session, workload.exchange, file);
      return ciliumNetworkPolicy(workload, [parseBaseUrl(baseUrl).hostname]);
    };
  },
});
