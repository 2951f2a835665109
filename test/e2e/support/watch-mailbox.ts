// Whoever is told of alarms: a queue that subscribes to the ring's topic, and its messages in the terms of the watch.
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { until } from './until';

interface Connection {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export type Mail = { readonly subject: string; readonly text: string } & (
  | { readonly is: 'alarm'; readonly alarm: string; readonly state: string }
  | { readonly is: 'finding'; readonly attributes: Readonly<Record<string, string>> }
  | { readonly is: 'event'; readonly event: string; readonly article: string }
);

export class Mailbox {
  public static async subscribe(connection: Connection, topicArn: string): Promise<Mailbox> {
    const sqs = new SQSClient(connection);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'somebody-who-is-told' }));
    const asked = { QueueUrl, AttributeNames: ['QueueArn' as const] };
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand(asked));
    const subscription = { TopicArn: topicArn, Protocol: 'sqs', Endpoint: Attributes?.QueueArn };
    await new SNSClient(connection).send(new SubscribeCommand(subscription));
    return new Mailbox(sqs, QueueUrl as string);
  }

  /** Everything ever received. */
  public readonly all: Mail[] = [];
  private unread: Mail[] = [];

  private constructor(
    private readonly sqs: SQSClient,
    private readonly QueueUrl: string,
  ) {}

  /** What has come since the last call. */
  public async take(): Promise<Mail[]> {
    await this.receive();
    return this.unread.splice(0);
  }

  /** Waits for a message that fits, and leaves all of them there. */
  public wait(what: string, fits: (mail: Mail) => boolean): Promise<Mail> {
    return until(`mail: ${what}`, async () => {
      await this.receive();
      return this.unread.find(fits);
    });
  }

  private async receive(): Promise<void> {
    for (;;) {
      const { Messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: this.QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return;
      const mails = Messages.map(({ Body }) => readMail(JSON.parse(Body ?? '')));
      this.all.push(...mails);
      this.unread.push(...mails);
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.QueueUrl, Entries }));
    }
  }
}

interface Envelope {
  readonly Subject?: string;
  readonly Message: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Value: string }>>;
}

function readMail({ Subject: subject = '', Message: text, MessageAttributes = {} }: Envelope): Mail {
  if (text.startsWith('{')) {
    const { AlarmName, NewStateValue } = JSON.parse(text);
    return { subject, text, is: 'alarm', alarm: AlarmName, state: NewStateValue };
  }
  if ('finding' in MessageAttributes) {
    const attributes = Object.fromEntries(Object.entries(MessageAttributes).map(([name, { Value }]) => [name, Value]));
    return { subject, text, is: 'finding', attributes };
  }
  const [, event = ''] = /^"?What: (\w*)/m.exec(text) ?? [];
  const [, article = ''] = /runbook\.md#(\w+)/.exec(text) ?? [];
  return { subject, text, is: 'event', event, article };
}

/** Names of the alarms that have told this state, sorted. */
export function alarmMails(mails: readonly Mail[], state: 'ALARM' | 'OK'): string[] {
  return mails.flatMap((mail) => (mail.is === 'alarm' && mail.state === state ? [mail.alarm] : [])).sort();
}

/** Names of alarms by their ids, sorted. */
export function named(ids: readonly string[]): string[] {
  return ids.map((id) => `exchange-keys-dev-${id}`).sort();
}
