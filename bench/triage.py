"""How often the right sector is suggested, first and among three: `python -m bench.triage FILE.csv`.

The file has the columns message_id, sent_at, subject, body, sector. Cold is the disposal list alone; learned means that
half of the messages were confirmed one by one, as a leader would, and the other half asked: twenty seeded splits.
"""

import csv
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from models import migrate
from models.database import Database
from models.sealed import Keys, new_key
from services import disposal, triage

SPLITS = 20


def sectors_of(ranked: list[triage.Suggestion]) -> list[str]:
    """The sectors of all suggestions, by the sum of their shares, likeliest first."""
    shares: dict[str, float] = {}
    for suggestion in ranked:
        sector = suggestion.category.sector
        shares[sector] = shares.get(sector, 0.0) + suggestion.share
    return sorted(shares, key=lambda sector: -shares[sector])


def read(file: str) -> list[tuple[str, str]]:
    """Messages as people would send them, each with its sector."""
    with Path(file).open(encoding="utf-8-sig", newline="") as source:
        return [(f"{row['subject']}\n{row['body']}", row["sector"]) for row in csv.DictReader(source)]


def hits(ranked: list[str], sector: str) -> tuple[bool, bool]:
    return ranked[0] == sector, sector in ranked[:3]


def confirmed_category(words: str, sector: str) -> str:
    """What a leader would press: the likeliest category of the right sector."""
    return next(each.category.code for each in triage.rank(LIST, words) if each.category.sector == sector)


def forget(session: Session, _now: datetime) -> None:
    session.connection().execute(text("DELETE FROM lesson"))


def learn_and_ask(
    database: Database, messages: list[tuple[str, str]], codes: dict[str, str], seed: int
) -> tuple[float, float]:
    """Half confirmed, half asked; shares first and among three."""
    order = list(messages)
    random.Random(seed).shuffle(order)
    half = len(order) // 2
    database.write_now(forget)
    for words, _sector in order[:half]:
        database.write_now(triage.confirm, categories=LIST, text=words, code=codes[words])
    seen = []
    for words, sector in order[half:]:
        lessons = database.read_now(lambda session, words=words: triage.lessons_for(session, words))
        seen.append(hits(sectors_of(triage.rank(LIST, words, lessons)), sector))
    return statistics.mean(first for first, _ in seen), statistics.mean(three for _, three in seen)


def main(file: str) -> None:
    messages = read(file)
    cold = [hits(sectors_of(triage.rank(LIST, words)), sector) for words, sector in messages]
    codes = {words: confirmed_category(words, sector) for words, sector in messages}
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/triage.db"
        migrate.migrate(url, now=datetime.now(UTC))
        database = Database(url, keys=Keys.from_text(new_key()), clock=lambda: datetime.now(UTC))
        learned = [learn_and_ask(database, messages, codes, seed) for seed in range(SPLITS)]
        begun = time.perf_counter()
        for words, _sector in messages:
            database.read_now(lambda session, words=words: triage.suggest(session, LIST, words))
        each = (time.perf_counter() - begun) / len(messages)
        database.close()
    print(
        f"cold_top1={statistics.mean(first for first, _ in cold):.3f} "
        f"cold_top3={statistics.mean(three for _, three in cold):.3f} "
        f"learned_top1={statistics.mean(first for first, _ in learned):.3f} "
        f"learned_top3={statistics.mean(three for _, three in learned):.3f}"
    )
    print(f"{len(messages)} messages, {SPLITS} splits, a suggestion {each * 1000:.1f} ms", file=sys.stderr)


LIST = disposal.shipped()

if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and a file
        raise SystemExit("Usage: python -m bench.triage FILE.csv")
    main(sys.argv[1])
