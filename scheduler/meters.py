"""What the scheduler counts for Prometheus. Labels are codes, never people."""

from prometheus_client import Counter, Gauge

SENDS = Counter(
    "dutygrid_sends_total", "Calls to Telegram that carried a delivery, by how they ended", ["outcome"]
)
LATENESS = Gauge("dutygrid_tick_lateness_seconds", "How late the oldest row is that is due and not done")
MENDED = Counter("dutygrid_mended_total", "What the auditor mended")
PROBLEMS = Gauge("dutygrid_problems", "Broken invariants that the auditor saw last")
