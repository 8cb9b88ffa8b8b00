"""Applications of vendors whose clients send OpenTelemetry, unchanged: an environment variable says where their spans go.

python otlp_app.py CLIENT: three requests, of three users; one of a thread, one streamed, one that is refused.
"""
import importlib
import sys

MODULES = {
    "vendors": ["langfuse", "langsmith", "logfire", "traceloop", "openlit", "posthog"],
    "instrumentations": ["openinference", "util_genai", "pydantic_ai", "litellm", "openai_agents"],
}
name = sys.argv[1]
module = next(module for module, names in MODULES.items() if name in names)
client, as_user, flush = getattr(importlib.import_module(module), name)()


def ask(content, **more):
    if callable(client):
        return client(content, **more)
    messages = [{"role": "user", "content": content}]
    if more.pop("stream", False):
        more = {**more, "stream": True, "stream_options": {"include_usage": True}}
    answer = client.chat.completions.create(model="gpt-4o-mini", messages=messages, **more)
    if "stream" in more:
        for _chunk in answer:
            pass


with as_user({"id": "u-user", "name": "Ada"}, "thread-1") as more:
    ask("input 2000; output 100; cached 1024", **more)

with as_user({"id": "u-stream", "name": "Bob"}, None) as more:
    ask("input 77; output 7", stream=True, **more)

with as_user({"id": "u-failed", "name": "Eve"}, None) as more:
    try:
        ask("fail 400", **more)
    except Exception:
        pass

flush()
