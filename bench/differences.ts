// Resources by type, ours against the baseline; each difference must be listed here with its purpose.
import { Layout } from './egress-case';
import { TemplateFacts } from './template-facts';

interface ListedDifference {
  readonly type: string;
  /** What we have more than the baseline, in each region; negative when less. */
  readonly perRegion: Partial<Record<Layout, number>>;
  readonly purpose: string;
}

/** One resource for another; in number we synthesise as many as the baseline. */
export const LISTED_DIFFERENCES: readonly ListedDifference[] = [
  {
    type: 'Custom::ExchangeKeysClosedDefaultSecurityGroup',
    perRegion: { zonal: 1, regional: 1 },
    purpose: 'closes the default security group; ec2.Vpc can, but asks AWS for zones at synth',
  },
  {
    type: 'Custom::VpcRestrictDefaultSG',
    perRegion: { zonal: -1, regional: -1 },
    purpose: "ec2.Vpc's way to close the default security group",
  },
];

export interface TypeComparison {
  readonly type: string;
  readonly ours: number;
  readonly baseline: number;
  readonly difference: number;
  /** Undefined when there is no difference, or when it is not listed. */
  readonly purpose?: string;
  readonly listed: boolean;
}

export function compareTypes(
  layout: Layout,
  regions: number,
  ours: TemplateFacts,
  baseline: TemplateFacts,
): TypeComparison[] {
  const types = new Set([...Object.keys(ours.byType), ...Object.keys(baseline.byType)]);
  return [...types].sort().map((type) => {
    const counts = { ours: ours.byType[type] ?? 0, baseline: baseline.byType[type] ?? 0 };
    const difference = counts.ours - counts.baseline;
    const entry = LISTED_DIFFERENCES.find((listed) => listed.type === type);
    const listed = difference === (entry?.perRegion[layout] ?? 0) * regions;
    return { type, ...counts, difference, listed, purpose: listed && difference !== 0 ? entry?.purpose : undefined };
  });
}
