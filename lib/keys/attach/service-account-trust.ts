// Who may assume the role of a service account: its pods in one cluster, named in full, by conditions of equality only.

import {
  FederatedPrincipal,
  IOpenIdConnectProvider,
  IPrincipal,
  ServicePrincipal,
  SessionTagsPrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { requireConcrete } from '../../core/checks';
import { ConfigError } from '../../core/config-error';

/** One service account. */
export interface NamedServiceAccount {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * EKS Pod Identity. The tags are set by EKS and name cluster, account, namespace and service account; an association that
 * switches session tags off does not match, and so is denied.
 */
export function podIdentityTrust(clusterArn: string, { namespace, serviceAccount }: NamedServiceAccount): IPrincipal {
  const principal = new ServicePrincipal('pods.eks.amazonaws.com', {
    conditions: {
      StringEquals: {
        'aws:RequestTag/eks-cluster-arn': clusterArn,
        'aws:RequestTag/kubernetes-namespace': namespace,
        'aws:RequestTag/kubernetes-service-account': serviceAccount,
      },
    },
  });
  return new SessionTagsPrincipal(principal);
}

const PROVIDER =
  /^arn:[a-z-]+:iam::\d{12}:oidc-provider\/(oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/id\/[A-Z0-9]+)$/;

/** IAM roles for service accounts. The names of the conditions are made of the issuer, so that it must be known at synth. */
export function webIdentityTrust(
  scope: Construct,
  { openIdConnectProviderArn }: IOpenIdConnectProvider,
  { namespace, serviceAccount }: NamedServiceAccount,
): IPrincipal {
  const arn = requireConcrete(scope, 'openIdConnectProvider', openIdConnectProviderArn);
  const [, issuer] = PROVIDER.exec(arn) ?? [];
  if (issuer === undefined) {
    throw new ConfigError(
      'OIDC_PROVIDER_MALFORMED',
      `'${arn}' is not the provider of an EKS cluster; expected arn:aws:iam::<account>:oidc-provider/oidc.eks.<region>.amazonaws.com/id/<id>`,
      scope,
    );
  }
  const conditions = {
    StringEquals: {
      [`${issuer}:aud`]: 'sts.amazonaws.com',
      [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
    },
  };
  return new FederatedPrincipal(arn, conditions, 'sts:AssumeRoleWithWebIdentity');
}
