// Sends messages about findings to the alarm topic; the client is loaded when the first one is to be sent.

import type * as Sns from '@aws-sdk/client-sns';
import type { SNSClient } from '@aws-sdk/client-sns';
import { awsRefusal } from '../shared/aws-refusal';
import { CLIENT_SETTINGS } from '../shared/client-settings';
import type { Message } from './finding-message';

export function alarmTopic(topicArn: string, region: string): (message: Message) => Promise<void> {
  let client: SNSClient | undefined;
  return async ({ subject, text, attributes }) => {
    const { PublishCommand, SNSClient: Client } = require('@aws-sdk/client-sns') as typeof Sns;
    client ??= new Client({ region, ...CLIENT_SETTINGS });
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    try {
      await client.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: text, MessageAttributes }));
    } catch (error) {
      throw awsRefusal('sns:Publish', topicArn, error);
    }
  };
}
