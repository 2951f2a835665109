"""AWS::SNS::Topic, Subscription, TopicPolicy; AWS::SQS::Queue, QueuePolicy."""
from __future__ import annotations

import json
from typing import Any

from ..cloudformation.resource_types import Context, Deployed, Handler, pick, resource
from . import tagging
from .documents import document

TOPIC_ATTRIBUTES = ("DisplayName", "KmsMasterKeyId", "SignatureVersion", "TracingConfig")
QUEUE_ATTRIBUTES = ("DelaySeconds", "KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "MaximumMessageSize", "MessageRetentionPeriod",
                    "ReceiveMessageWaitTimeSeconds", "RedriveAllowPolicy", "RedrivePolicy", "SqsManagedSseEnabled", "VisibilityTimeout")
SUBSCRIPTION_ATTRIBUTES = ("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy", "SubscriptionRoleArn")


def texts(properties: dict[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    """Attributes in the form these services want them: text, objects as JSON."""
    return {name: json.dumps(v) if isinstance(v, (dict, list)) else str(v).lower() if isinstance(v, bool) else str(v)
            for name, v in pick(properties, *names).items()}


@resource("AWS::SNS::Topic")
class Topic(Handler):
    replace_on = ("TopicName", "FifoTopic")
    name_property = "TopicName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = properties.get("TopicName") or context.generated_name()
        arn = context.call("sns", "create_topic", Name=name, Attributes=texts(properties, (*TOPIC_ATTRIBUTES, "FifoTopic")),
                           Tags=tagging.as_list(tagging.as_map(properties)))["TopicArn"]
        for entry in properties.get("Subscription") or []:
            context.call("sns", "subscribe", TopicArn=arn, **pick(entry, "Endpoint", "Protocol"))
        return Deployed(arn, {"TopicArn": arn, "TopicName": name})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        removed_attributes = {name: "" for name in texts(old, ("DisplayName", "KmsMasterKeyId"))}
        for name, value in {**removed_attributes, **texts(new, TOPIC_ATTRIBUTES)}.items():
            context.call("sns", "set_topic_attributes", TopicArn=deployed.ref, AttributeName=name, AttributeValue=value)
        removed, changed = tagging.difference(old, new)
        if removed:
            context.call("sns", "untag_resource", ResourceArn=deployed.ref, TagKeys=removed)
        if changed:
            context.call("sns", "tag_resource", ResourceArn=deployed.ref, Tags=tagging.as_list(changed))
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("sns", "delete_topic", TopicArn=deployed.ref)


@resource("AWS::SNS::Subscription")
class Subscription(Handler):
    replace_on = ("Endpoint", "Protocol", "TopicArn")

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        arn = context.call("sns", "subscribe", ReturnSubscriptionArn=True, Attributes=texts(properties, SUBSCRIPTION_ATTRIBUTES),
                           **pick(properties, "Endpoint", "Protocol", "TopicArn"))["SubscriptionArn"]
        return Deployed(arn, {"Arn": arn})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        for name, value in texts(new, SUBSCRIPTION_ATTRIBUTES).items():
            context.call("sns", "set_subscription_attributes", SubscriptionArn=deployed.ref, AttributeName=name, AttributeValue=value)
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("sns", "unsubscribe", SubscriptionArn=deployed.ref)


@resource("AWS::SNS::TopicPolicy")
class TopicPolicy(Handler):
    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        self._put(context, properties)
        name = context.generated_name()
        return Deployed(name, {"Id": name})

    def _put(self, context: Context, properties: dict[str, Any]) -> None:
        for topic in properties["Topics"]:
            context.call("sns", "set_topic_attributes", TopicArn=topic, AttributeName="Policy",
                         AttributeValue=document(properties["PolicyDocument"]))

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        self._put(context, new)
        return deployed


@resource("AWS::SQS::Queue")
class Queue(Handler):
    replace_on = ("QueueName", "FifoQueue")
    name_property = "QueueName"

    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        name = properties.get("QueueName") or context.generated_name(80)
        url = context.call("sqs", "create_queue", QueueName=name, tags=tagging.as_map(properties),
                           Attributes=texts(properties, (*QUEUE_ATTRIBUTES, "FifoQueue", "ContentBasedDeduplication")))["QueueUrl"]
        return Deployed(url, {"Arn": f"arn:aws:sqs:{context.region}:{context.account}:{name}", "QueueName": name, "QueueUrl": url})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        context.call("sqs", "set_queue_attributes", QueueUrl=deployed.ref, Attributes=texts(new, QUEUE_ATTRIBUTES))
        return deployed

    def delete(self, context: Context, deployed: Deployed, properties: dict[str, Any]) -> None:
        context.call("sqs", "delete_queue", QueueUrl=deployed.ref)


@resource("AWS::SQS::QueuePolicy")
class QueuePolicy(Handler):
    def create(self, context: Context, properties: dict[str, Any]) -> Deployed:
        self._put(context, properties)
        name = context.generated_name()
        return Deployed(name, {"Id": name})

    def _put(self, context: Context, properties: dict[str, Any]) -> None:
        for url in properties["Queues"]:
            context.call("sqs", "set_queue_attributes", QueueUrl=url, Attributes={"Policy": document(properties["PolicyDocument"])})

    def update(self, context: Context, deployed: Deployed, old: dict[str, Any], new: dict[str, Any]) -> Deployed:
        self._put(context, new)
        return deployed
