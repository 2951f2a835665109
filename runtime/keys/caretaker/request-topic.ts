// Sends requests to people through an SNS topic; the client is loaded when the first one is to be sent, which is rare.
import type { SNSClient } from '@aws-sdk/client-sns';
import { awsRefusal } from '../../shared/aws-refusal';
import { CLIENT_SETTINGS } from '../../shared/client-settings';
import type { Message } from './requests';

export function requestTopic(topicArn: string, region: string): (message: Message) => Promise<void> {
  let client: SNSClient | undefined;
  return async ({ subject, text }) => {
    const { PublishCommand, SNSClient: Client } = await import('@aws-sdk/client-sns');
    client ??= new Client({ region, ...CLIENT_SETTINGS });
    try {
      await client.send(new PublishCommand({ TopicArn: topicArn, Subject: subject.slice(0, 100), Message: text }));
    } catch (error) {
      throw awsRefusal('sns:Publish', topicArn, error);
    }
  };
}
