// All groups of commands. One row here and one file per command is all that a new one needs.
import { diff } from './allowlist/diff';
import { dropped } from './allowlist/dropped';
import { lock } from './allowlist/lock';
import { print } from './allowlist/print';
import { request } from './allowlist/request';
import { told } from './allowlist/told';
import { verify } from './allowlist/verify';
import type { Group } from './command';
import { curlScript } from './curl/curl';
import { history } from './key/history';
import { list } from './key/list';
import { put } from './key/put';
import { rotate } from './key/rotate';
import { show } from './key/show';
import { ciliumEgressGateway } from './kubernetes/cilium-egress-gateway';
import { deployment } from './kubernetes/deployment';
import { externalSecret } from './kubernetes/external-secret';
import { karpenter } from './kubernetes/karpenter';
import { networkPolicy } from './kubernetes/network-policy';
import { secretProviderClass } from './kubernetes/secret-provider-class';
import { gate } from './verify/gate';
import { status } from './verify/status';
import { report } from './watch/report';
import { tail } from './watch/tail';

export const GROUPS: readonly Group[] = [
  {
    name: 'key',
    summary: "keys of a ring: what there is, the first key, rotation, a key's history",
    commands: [list, show, put, rotate, history],
  },
  {
    name: 'watch',
    summary: "what the ring's watch sees: findings as they come, a report of each key",
    commands: [tail, report],
  },
  {
    name: 'allowlist',
    summary: 'the addresses that exchanges must let in: the list, requests to exchanges, the lock file, and checks',
    commands: [print, request, lock, told, dropped, diff, verify],
  },
  {
    name: 'verify',
    summary: 'proof of the way out: the gate of a pipeline, and what workloads may do now',
    commands: [gate, status],
  },
  {
    name: 'curl',
    summary: 'scripts for single requests to an exchange, which take the key from the environment and show it nowhere',
    commands: [curlScript],
  },
  {
    name: 'kubernetes',
    summary: 'manifests for workloads in Kubernetes: their key, what they may reach, and nodes with static addresses',
    commands: [deployment, externalSecret, secretProviderClass, networkPolicy, ciliumEgressGateway, karpenter],
  },
];
