"""An application of Lunary's, unchanged: LUNARY_API_URL and LUNARY_PRIVATE_KEY say where its events go."""
import os

import lunary
from openai import OpenAI

client = OpenAI(api_key="sk-test", base_url=os.environ["OPENAI_BASE_URL"], max_retries=0)
lunary.monitor(client)


def ask(content, **more):
    return client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": content}], **more
    )


ask("input 100; output 10; cached 40", user_id="u-user", user_props={"name": "Ada", "plan": "pro"}, tags=["search"])

for _chunk in ask("one two three four five", user_id="u-stream", stream=True):
    pass

try:
    ask("fail 400", user_id="u-failed")
except Exception:
    pass

with lunary.identify("u-with", user_props={"name": "Barbara"}):
    ask("input 60; output 6")


@lunary.agent()
def support(question):
    return ask("input 50; output 5")


support("where", user_id="u-agent", user_props={"name": "Grace", "email": "grace@example.com"})

thread = lunary.open_thread(id="thread-1", user_id="u-thread", user_props={"name": "Linus"}, tags=["help"])
message_id = thread.track_message({"id": "message-1", "role": "user", "content": "secret question"})
with lunary.parent(message_id):
    ask("input 20; output 2")
thread.track_message({"id": "message-2", "role": "assistant", "content": "secret answer", "is_retry": True})
thread.track_event("opened", metadata={"from": "menu"})
lunary.track_feedback(message_id, {"thumb": "up", "comment": "good"})

try:
    from langchain_openai import ChatOpenAI

    handler = lunary.LunaryCallbackHandler()
    model = ChatOpenAI(
        api_key="sk-test", model="gpt-4o-mini", base_url=os.environ["OPENAI_BASE_URL"], max_retries=0, callbacks=[handler]
    )
    model.invoke("input 30; output 3", config={"metadata": {"user_id": "u-langchain", "user_props": {"name": "Tim"}}})
except ImportError:
    pass
