// Attaches a key to one Kubernetes service account of one EKS cluster.
import { Construct } from 'constructs';
import { AttachableKey } from './attachable-key';
import { AttachServiceAccountOptions, ServiceAccountAttachment } from './service-account-attachment';

export function attachToServiceAccount(
  key: AttachableKey,
  scope: Construct,
  id: string,
  options: AttachServiceAccountOptions,
): ServiceAccountAttachment {
  return ServiceAccountAttachment._create(key, scope, id, options);
}
