// The mark of Kubernetes nodes that leave by the static addresses of an environment: a label and a taint of the same name.

/** Label, and taint with the effect NoSchedule. */
export interface EgressMark {
  readonly key: string;
  readonly value: string;
}

/** The mark of an environment's nodes, `exchange-keys.io/egress: prod`. */
export function egressMark(environment: string): EgressMark {
  return { key: 'exchange-keys.io/egress', value: environment };
}
