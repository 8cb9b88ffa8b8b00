"""Vendors' own clients. Each returns an OpenAI client, a context for requests of a user and thread, and a flush."""
import os
from contextlib import contextmanager

from openai import OpenAI

BASE_URL = os.environ["OPENAI_BASE_URL"]


def new_client(make=OpenAI):
    return make(api_key="sk-test", base_url=BASE_URL, max_retries=0)


def langfuse():
    from langfuse import get_client, propagate_attributes
    from langfuse.openai import OpenAI as Observed

    @contextmanager
    def as_user(user, thread):
        with propagate_attributes(user_id=user["id"], session_id=thread):
            yield {}

    return new_client(Observed), as_user, lambda: get_client().flush()


def langsmith():
    from langsmith import Client
    from langsmith.run_helpers import tracing_context
    from langsmith.wrappers import wrap_openai

    smith = Client()

    @contextmanager
    def as_user(user, thread):
        metadata = {"user_id": user["id"], **({"session_id": thread} if thread else {})}
        with tracing_context(metadata=metadata, client=smith):
            yield {}

    return wrap_openai(new_client()), as_user, smith.flush


def logfire():
    import logfire

    logfire.configure(console=False, inspect_arguments=False)
    client = new_client()
    logfire.instrument_openai(client)

    @contextmanager
    def as_user(user, thread):
        names = {"user.id": user["id"], "user.name": user["name"]}
        with logfire.set_baggage(**names, **({"gen_ai.conversation.id": thread} if thread else {})):
            yield {}

    return client, as_user, logfire.force_flush


def traceloop():
    from traceloop.sdk import Traceloop

    Traceloop.init(app_name="app", disable_batch=True, telemetry_enabled=False)

    @contextmanager
    def as_user(user, thread):
        from opentelemetry import context

        token = context.attach(context.get_current())
        names = {"user_id": user["id"], "user_name": user["name"]}
        Traceloop.set_association_properties({**names, **({"session_id": thread} if thread else {})})
        try:
            yield {}
        finally:
            context.detach(token)

    return new_client(), as_user, lambda: None


def openlit():
    import openlit

    openlit.init(application_name="app", disable_batch=True, disable_metrics=True)

    @contextmanager
    def as_user(user, thread):
        names = {"user.id": user["id"], "user.name": user["name"]}
        with openlit.using_attributes({**names, **({"session.id": thread} if thread else {})}):
            yield {}

    return new_client(), as_user, lambda: None


def posthog():
    from posthog import Posthog
    from posthog.ai.openai import OpenAI as Observed

    posthog = Posthog(os.environ["POSTHOG_KEY"], host=os.environ["POSTHOG_HOST"])
    client = Observed(api_key="sk-test", base_url=BASE_URL, max_retries=0, posthog_client=posthog)

    @contextmanager
    def as_user(user, thread):
        properties = {"$set": {"name": user["name"]}, **({"$ai_session_id": thread} if thread else {})}
        yield {"posthog_distinct_id": user["id"], "posthog_properties": properties}

    return client, as_user, posthog.shutdown
