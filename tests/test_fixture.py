"""The fixture that other bot developers would use, used as they would."""

import json
import urllib.request

from simulator.fixture import Telegram, telegram  # noqa: F401 - the fixture under test


def test_a_bot_without_any_library_answers_a_person(telegram: Telegram) -> None:  # noqa: F811
    ben = telegram.ask("person", first_name="Ben")["id"]
    telegram.ask("start", person=ben)

    def call(method: str, **parameters: object) -> object:
        body = json.dumps(parameters).encode()
        url = f"{telegram.url}/bot{telegram.token}/{method}"
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())["result"]

    (update,) = call("getUpdates")  # type: ignore[misc]
    call("sendMessage", chat_id=update["message"]["chat"]["id"], text="Hello Ben")
    bot = int(telegram.token.split(":")[0])
    seen = telegram.ask("view", person=ben, chat=bot)["messages"]
    assert [message["text"] for message in seen] == ["/start", "Hello Ben"]
