"""Instrumentations and frameworks that send through OpenTelemetry's own exporter, which reads OTEL_EXPORTER_OTLP_*.

Each returns an OpenAI client or a function that asks, a context for requests of a user and thread, and a flush.
"""
import asyncio
import os
from contextlib import contextmanager

from openai import OpenAI
from opentelemetry import baggage, context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.processor.baggage import ALLOW_ALL_BAGGAGE_KEYS, BaggageSpanProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

BASE_URL = os.environ["OPENAI_BASE_URL"]


def new_provider():
    provider = TracerProvider()
    provider.add_span_processor(BaggageSpanProcessor(ALLOW_ALL_BAGGAGE_KEYS))
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return provider


def new_client():
    return OpenAI(api_key="sk-test", base_url=BASE_URL, max_retries=0)


@contextmanager
def baggage_of(user, thread):
    """What OpenTelemetry's baggage processor copies to every span."""
    names = {"user.id": user["id"], "user.name": user["name"], **({"session.id": thread} if thread else {})}
    current = context.get_current()
    for name, value in names.items():
        current = baggage.set_baggage(name, value, current)
    token = context.attach(current)
    try:
        yield {}
    finally:
        context.detach(token)


@contextmanager
def openinference_attributes_of(user, thread):
    from openinference.instrumentation import using_attributes

    metadata = {"user_name": user["name"]}
    with using_attributes(user_id=user["id"], session_id=thread or "", metadata=metadata):
        yield {}


def openinference():
    from openinference.instrumentation.openai import OpenAIInstrumentor

    provider = new_provider()
    OpenAIInstrumentor().instrument(tracer_provider=provider)
    return new_client(), openinference_attributes_of, provider.force_flush


def util_genai():
    from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor

    provider = new_provider()
    OpenAIInstrumentor().instrument(tracer_provider=provider)
    return new_client(), baggage_of, provider.force_flush


def pydantic_ai():
    from openai import AsyncOpenAI
    from pydantic_ai import Agent
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    provider = new_provider()
    Agent.instrument_all()

    @contextmanager
    def as_user(user, thread):
        with baggage_of(user, None):
            yield {"conversation_id": thread} if thread else {}

    def ask(content, stream=False, **more):
        async def run():
            client = AsyncOpenAI(api_key="sk-test", base_url=BASE_URL, max_retries=0)
            model = OpenAIChatModel("gpt-4o-mini", provider=OpenAIProvider(openai_client=client))
            agent = Agent(model)
            if not stream:
                await agent.run(content, **more)
                return
            async with agent.run_stream(content, **more) as answer:
                async for _text in answer.stream_text():
                    pass

        asyncio.run(run())

    return ask, as_user, provider.force_flush


def litellm():
    import litellm

    litellm.callbacks = ["otel"]

    @contextmanager
    def as_user(user, thread):
        metadata = {"user_name": user["name"], **({"session_id": thread} if thread else {})}
        yield {"user": user["id"], "metadata": metadata}

    def ask(content, stream=False, **more):
        answer = litellm.completion(
            model="openai/gpt-4o-mini",
            messages=[{"role": "user", "content": content}],
            api_base=BASE_URL,
            api_key="sk-test",
            max_retries=0,
            **({"stream": True, "stream_options": {"include_usage": True}} if stream else {}),
            **more,
        )
        if stream:
            for _chunk in answer:
                pass

    def flush():
        import time

        # Its callbacks run on threads of their own.
        time.sleep(3)
        trace.get_tracer_provider().force_flush()

    return ask, as_user, flush


def openai_agents():
    from agents import Agent, OpenAIChatCompletionsModel, Runner
    from openai import AsyncOpenAI
    from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor

    provider = new_provider()
    OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)

    def ask(content, stream=False):
        async def run():
            client = AsyncOpenAI(api_key="sk-test", base_url=BASE_URL, max_retries=0)
            agent = Agent(name="app", model=OpenAIChatCompletionsModel("gpt-4o-mini", openai_client=client))
            if not stream:
                await Runner.run(agent, content)
                return
            async for _event in Runner.run_streamed(agent, content).stream_events():
                pass

        asyncio.run(run())

    return ask, openinference_attributes_of, provider.force_flush
