#!/usr/bin/env python3
"""Carries out the tasks of the state machine in queue.yaml: worker.py QUEUE_URL [CANVASLINT]

Needs boto3, canvaslint and canvaslint-fetch. As many workers as you like take tasks
from one queue. The task of a worker that went away goes to another.
"""

import json
import subprocess
import sys
import threading

import boto3
from botocore.exceptions import ClientError

# The statuses by which a report was written: check has --exit-zero, merge judges.
WRITTEN = {"check": {0}, "merge": {0, 1, 3}}


def main():
    queue = sys.argv[1]
    canvaslint = sys.argv[2] if len(sys.argv) > 2 else "canvaslint"
    sqs, states = boto3.client("sqs"), boto3.client("stepfunctions")
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])
    patience = int(attributes["Attributes"]["VisibilityTimeout"])
    while True:
        received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=1)
        for message in received.get("Messages", []):
            handle = message["ReceiptHandle"]
            with kept(sqs, queue, handle, patience):
                carry_out(states, canvaslint, json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=handle)


def carry_out(states, canvaslint, task):
    """Runs canvaslint and tells the state machine how it ended."""
    arguments, token = task["arguments"], task["token"]
    status, complaints = 2, f"no task for a worker: {arguments[0]}"
    if arguments[0] in WRITTEN:
        ended = subprocess.run([canvaslint, *arguments], stdout=sys.stderr, stderr=subprocess.PIPE, text=True)
        status, complaints = ended.returncode, ended.stderr
    try:
        if status in WRITTEN.get(arguments[0], ()):
            states.send_task_success(taskToken=token, output=json.dumps({"status": status}))
        else:
            states.send_task_failure(taskToken=token, error=f"canvaslint.{status}", cause=complaints[-2000:])
    except ClientError as error:
        # Another worker was faster, or the state machine waits no longer.
        if error.response["Error"]["Code"] not in ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken"):
            raise


class kept:
    """Keeps a message from other workers as long as it is worked on."""

    def __init__(self, sqs, queue, handle, patience):
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(sqs, queue, handle, patience), daemon=True)

    def run(self, sqs, queue, handle, patience):
        while not self.done.wait(patience / 3):
            sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=patience)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


if __name__ == "__main__":
    main()
