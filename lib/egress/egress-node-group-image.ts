// Operating system of an egress node group's nodes: what EKS calls it, and the disks that must be encrypted.

/** Images that EKS keeps up to date and whose disks we know; an image of your own could undo what a node group promises. */
export enum EgressNodeImage {
  /** Amazon Linux 2023 on x86-64. */
  AL2023_X86_64 = 'AL2023_x86_64_STANDARD',
  /** Amazon Linux 2023 on 64-bit Arm. */
  AL2023_ARM_64 = 'AL2023_ARM_64_STANDARD',
  /** Bottlerocket on x86-64. */
  BOTTLEROCKET_X86_64 = 'BOTTLEROCKET_x86_64',
  /** Bottlerocket on 64-bit Arm. */
  BOTTLEROCKET_ARM_64 = 'BOTTLEROCKET_ARM_64',
}

/** A disk of a node. */
export interface NodeDisk {
  readonly device: string;
  readonly gib: number;
}

/** Bottlerocket keeps its system on a small disk of its own, images and containers on a second one. */
const BOTTLEROCKET_SYSTEM: NodeDisk = { device: '/dev/xvda', gib: 4 };

/** The disks of a node, of which `gib` is the one that images and containers are on. */
export function disksOf(image: EgressNodeImage, gib: number): NodeDisk[] {
  return image.startsWith('BOTTLEROCKET')
    ? [BOTTLEROCKET_SYSTEM, { device: '/dev/xvdb', gib }]
    : [{ device: '/dev/xvda', gib }];
}
