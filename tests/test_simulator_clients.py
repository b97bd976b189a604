"""What bots of others do that ours does not: empty parameters, own certificates, links shown otherwise, a second run."""

import datetime
import ssl
from pathlib import Path

import aiohttp
import aiohttp.web
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from simulator.server import Simulator
from tests.city import TOKEN
from tests.wire import Wire


async def test_an_empty_number_is_none(wire: Wire) -> None:
    """A shell script's first offset is empty."""
    assert await wire.result("getUpdates", offset="", timeout="") == []


async def test_a_link_may_be_shown_otherwise_by_an_edit(wire: Wire) -> None:
    """ "link_preview_options" is content, as the text is."""
    ben = await wire.remote.phone("Ben")
    await ben.starts()
    sent = await wire.result("sendMessage", chat_id=ben.id, text="https://example.org")
    about = {"chat_id": ben.id, "message_id": sent["message_id"], "text": "https://example.org"}
    options = {"is_disabled": True}
    assert (await wire.result("editMessageText", **about, link_preview_options=options))[
        "link_preview_options"
    ] == options
    assert "link_preview_options" not in await wire.result("editMessageText", **about)


def test_a_second_run_gives_no_number_of_the_first_again() -> None:
    """Whoever remembers what they have done would take what comes now for that."""
    first, second = Simulator(), Simulator()
    first.world.clock.step(7 * 86_400)  # whoever plays moves on; the machine's time counts
    second.world.clock.began += 60
    numbers = [each.api.box(each.world.add_bot(TOKEN, "Bot")).numbers for each in (first, second)]
    assert next(numbers[0]) + 250 < next(numbers[1])


def _signed_by_itself(folder: Path) -> tuple[ssl.SSLContext, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now - day, now + day
    ).sign(key, hashes.SHA256())
    certificate = made.public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    (folder / "key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    (folder / "certificate").write_bytes(certificate)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate", folder / "key")
    return context, certificate


@pytest.mark.parametrize("shown", [True, False])
async def test_a_webhook_that_signed_its_own_certificate_shows_it(
    wire: Wire, tmp_path: Path, shown: bool
) -> None:
    """ "Upload your public key certificate so that the root certificate in use can be checked." """
    context, certificate = _signed_by_itself(tmp_path)
    came: list[str] = []

    async def receive(request: aiohttp.web.Request) -> aiohttp.web.Response:
        came.append((await request.json())["message"]["text"])
        return aiohttp.web.Response()

    app = aiohttp.web.Application()
    app.router.add_post("/hook", receive)
    runner = aiohttp.web.AppRunner(app)
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    url = f"https://127.0.0.1:{runner.addresses[0][1]}/hook"
    form = aiohttp.FormData({"url": url})
    if shown:
        form.add_field("certificate", certificate, filename="own.pem")
    async with wire.session.post(f"{wire.remote.url}/bot{TOKEN}/setWebhook", data=form) as answer:
        assert (await answer.json())["ok"]
    ben = await wire.remote.phone("Ben")
    await ben.starts()
    info = await wire.result("getWebhookInfo")
    while not came and not info.get("last_error_message"):
        info = await wire.result("getWebhookInfo")
    await runner.cleanup()
    assert came == (["/start"] if shown else []) and info["has_custom_certificate"] == shown
    assert ("certificate verify failed" in info.get("last_error_message", "")) != shown
