// The live check of one region: what EC2 shows, compared with what is published in SSM.
export { type CheckRequest, checkRegion, type RegionReport } from './check-region';
export { egressReader } from './egress-reader';
export { EGRESS_PROBLEM_CODES, type EgressProblem, type EgressProblemCode } from './problem';
