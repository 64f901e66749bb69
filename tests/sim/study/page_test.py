#!/usr/bin/python3
"""The pages of the simulator in a real browser: every chart shows something, no script fails.

A chart is a canvas, so the document after the script ran tells little. A copy of the page gets a
script of this test, which counts for every chart the points that lie within its axes and the pixels
that are not empty, and writes what it found, and every error of a script, into the document."""

import html
import json
import math
import pathlib
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest

from swept import TOUCHSTONE, Swept

FEW = (10_000, 10_000)  # octets a file; the signal of the limit is ignored, as Python leaves it
LISTEN = """<script>
window.faults = [];
window.onerror = (text, source, line) => { window.faults.push(`${text} in line ${line}`); };
console.error = (...words) => { window.faults.push(words.join(' ')); };
</script>"""
LOOK = """<script>
setTimeout(() => {
  const charts = Object.values(Chart.instances).map((chart) => {
    const {left, right, top, bottom} = chart.chartArea;
    const points = chart.data.datasets.flatMap((_, i) => chart.getDatasetMeta(i).data);
    const pixels = chart.ctx.getImageData(0, 0, chart.canvas.width, chart.canvas.height).data;
    let painted = 0;
    for (let at = 3; at < pixels.length; at += 4) painted += pixels[at] > 0 ? 1 : 0;
    return {name: chart.canvas.dataset.chart, painted, width: right - left, height: bottom - top,
      faults: ((chart.options.plugins.faults || {}).list || []).length,
      points: points.filter((one) => one.x >= left - 1 && one.x <= right + 1 &&
        one.y >= top - 1 && one.y <= bottom + 1).length};
  });
  const found = document.createElement('pre');
  found.id = 'found';
  found.textContent = JSON.stringify({charts, faults: window.faults});
  document.body.append(found);
}, 500);
</script>"""

SCENARIO = """schema = 1
name = "made-up"
question = "Is </script> <b>bold</b>?"
answer = "Nobody waits longer."
world = "flow"
stop = "120s"

[topology]
kind = "star"
gateways = 50
enodes = 20
"""


def look(page):
    """What the browser shows of a page: the text of its document, its charts, its errors."""
    text = page.read_text()
    copy = page.with_name("looked-at.html")
    copy.write_text(text.replace("<head>", "<head>" + LISTEN, 1)
                    .replace("</body>", LOOK + "</body>"))
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1280,2400",
             "--disable-background-networking", "--disable-component-update", "--no-first-run",
             f"--user-data-dir={profile}", "--virtual-time-budget=4000", "--dump-dom",
             copy.as_uri()],
            capture_output=True, text=True, timeout=90, check=True)
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, flags=re.S)
    shown = re.sub(r"<(script|style).*?</\1>|<pre id=.found.*?</pre>", "", done.stdout, flags=re.S)
    return shown, json.loads(html.unescape(found.group(1)))


def report(folder, slow=1, fails=False):
    """What touchstone-sim leaves: 300 joins, one fault."""
    folder.mkdir()
    chance = random.Random(slow)
    events = [(40, {"e": "fault", "x": "crash kms1"}), (60, {"e": "heal", "x": "crash kms1"}),
              (62.5, {"e": "recover", "ms": 2500, "x": "crash kms1"})]
    joins = []
    for number in range(300):
        at = 10 + chance.random() * 90
        took = slow * math.exp(4 + chance.gauss(0, 0.5)) * (20 if 40 < at < 60 else 1)
        joins.append(took)
        events += [(at, {"e": "begin", "n": f"n{number}"}),
                   (at + took / 1000, {"e": "join", "n": f"n{number}", "r": 1, "c": 2, "ms": took})]
    events += [(2 * i, {"e": "load", "n": "kms1", "c": i % 5, "ms": 100 * (i % 7)})
               for i in range(1, 60)]
    lines = [json.dumps({"t": at} | event) for at, event in sorted(events, key=lambda one: one[0])]
    (folder / "metrics.jsonl").write_text("\n".join(lines) + "\n")
    joins.sort()
    times = {"count": 300, "mean": 1.5, "p50": joins[149], "p95": joins[284], "p99": joins[296],
             "max": joins[299]}
    (folder / "summary.json").write_text(json.dumps({
        "schema": 1,
        "scenario": {"name": "made-up", "question": "Is </script> <b>bold</b>?", "world": "flow",
                     "seed": 1, "stop_s": 120, "nodes": 320},
        "joins": {"begun": 300, "admitted": 300, "refused": 0, "open": 0, "latency_ms": times,
                  "datagrams_per_join": 2.5, "octets_per_join": 700},
        "questions": {"asked": 10, "unanswered": 0, "latency_ms": times},
        "kms": [{"name": "kms1", "load": 0.15, "longest_queue": 4}],
        "network": {"retransmitted": 3},
        "recoveries": [{"fault": "crash kms1", "healed_s": 60, "took_s": 2.5}],
        "checks": [{"name": "all_nodes_joined", "holds": True, "why": ""},
                   {"name": "one_gateway_key", "holds": not fails, "why": "gw1 & gw2" * fails}]}))
    (folder / "scenario.toml").write_text(SCENARIO)


class Pages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def judge(self, page, names):
        """Errors, empty charts, and what no reader should see."""
        text = page.read_text()
        self.assertIsNone(re.search(r"(src|href)=[\"']?(https?:)?//", text))
        self.assertNotIn("@@", re.sub(r"<script.*?</script>", "", text, flags=re.S))
        shown, found = look(page)
        self.assertEqual(found["faults"], [])
        self.assertEqual([chart["name"] for chart in found["charts"]], names)
        for chart in found["charts"]:
            self.assertGreater(chart["points"], 1, chart)
            self.assertGreater(chart["painted"], 3000, chart)
            self.assertGreater(min(chart["width"], chart["height"]), 100, chart)
        for wrong in ("null", "undefined", "[object Object]", "NaN", "Infinity"):
            self.assertNotRegex(shown, rf"[>\s]{re.escape(wrong)}[<\s%]")
        return shown, found["charts"]

    def test_a_run(self):
        report(self.folder / "a", fails=True)
        subprocess.run([TOUCHSTONE, "report", "draw", self.folder / "a"], check=True,
                       stdout=subprocess.DEVNULL)
        shown, charts = self.judge(self.folder / "a" / "index.html",
                                   ["joins over time", "distribution of join latency",
                                    "joins a second", "waiting", "busy"])
        self.assertGreaterEqual(charts[0]["points"], 300)
        self.assertEqual([chart["faults"] for chart in charts], [1, 0, 1, 1, 1])
        for part in ("Is &lt;/script&gt; &lt;b&gt;bold&lt;/b&gt;?", "Nobody waits longer.",
                     "1 of 2 checks do not hold", "gw1 &amp; gw2", "crash kms1", "2.5 s",
                     "48 more gateways</text>", "50 gateway, "):
            self.assertIn(part, shown)
        self.assertIn("48 more gateways", (self.folder / "a" / "topology.dot").read_text())

    def test_a_run_where_graphviz_is_missing(self):
        report(self.folder / "a")
        subprocess.run([TOUCHSTONE, "report", "draw", self.folder / "a"], check=True,
                       stdout=subprocess.DEVNULL, env={"PATH": "/nonexistent"})
        shown, _ = look(self.folder / "a" / "index.html")
        self.assertNotIn("<svg", shown)
        self.assertIn("Graphviz (dot) is not installed", shown)

    def test_two_runs(self):
        report(self.folder / "a")
        report(self.folder / "b", slow=30)
        done = subprocess.run([TOUCHSTONE, "report", "compare", self.folder / "a",
                               self.folder / "b", "--report", self.folder / "both"],
                              check=True, capture_output=True, text=True)
        self.assertRegex(done.stdout, r"join latency, p95, ms +\S+ +\S+ +\+\d+\.\d %")
        shown, charts = self.judge(self.folder / "both" / "index.html",
                                   ["joins over time", "distribution of join latency", "waiting"])
        self.assertEqual([chart["faults"] for chart in charts], [2, 0, 2])
        for part in (f"{self.folder}/b", "Checks of A", "Faults of B", "All figures"):
            self.assertIn(part, shown)

    def test_a_sweep(self):
        swept = Swept(gateways=(1, 2, 5), seeds=3)
        self.addCleanup(swept.cleanup)
        swept.run("--serial")
        shown, charts = self.judge(swept.out / "index.html", ["joins.p95_ms"])
        self.assertEqual(charts[0]["points"], 3)
        for part in ("Do more gateways take longer?", "Every run has passed", "12 ± 2.48",
                     "3 of 3"):
            self.assertIn(part, shown)

    def test_what_is_no_report_is_refused(self):
        report(self.folder / "a")
        (self.folder / "a" / "metrics.jsonl").write_text("no event\n")
        for folder, said in (("a", "metrics.jsonl:1: this is no event"), ("b", "cannot be read")):
            done = subprocess.run([TOUCHSTONE, "report", "draw", self.folder / folder],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn(said, done.stderr)
            self.assertFalse((self.folder / folder / "index.html").exists())

    def test_a_page_without_room_leaves_nothing(self):
        report(self.folder / "a")
        done = subprocess.run([TOUCHSTONE, "report", "draw", self.folder / "a"],
                              capture_output=True, text=True, check=False, restore_signals=False,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, FEW))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("cannot be written", done.stderr)
        self.assertEqual(list(self.folder.rglob("index.html*")), [])


if __name__ == "__main__":
    if shutil.which("chromium") is None:
        print("skipped: chromium is not installed")
        sys.exit(77)
    unittest.main()
