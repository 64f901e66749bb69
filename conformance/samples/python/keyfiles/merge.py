"""Merging the rows of a batch into a keyring (docs/formats/keyring.md, KU-19)."""

from . import keyring_text
from .refusal import Refusal, finding


class Merge:
    def __init__(self, rows, rules):
        self.rows = {row[0]: row for row in rows}
        self.owner = {row[1]: row[0] for row in rows}
        self.on_conflict = rules.get("on_conflict") or "abort"
        limit = rules.get("max_replace")
        self.max_replace = 100 if limit is None else limit
        self.revive = bool(rules.get("revive"))
        self.tombstones = {}
        for node, count in rules.get("tombstones") or []:
            self.tombstones[node] = max(count, self.tombstones.get(node, 0))
        self.tally = {"added": 0, "replaced": 0, "unchanged": 0, "stale": 0}
        self.findings, self.changes = [], []

    def conflict(self, code=None):
        findings = self.findings + ([finding(code)] if code else [])
        raise Refusal("state", code or "conflict", findings)

    def take(self, row):
        outcome = self.outcome(row)
        self.tally[outcome] += 1
        if outcome in ("added", "replaced"):
            if self.owner.get(row[1], row[0]) != row[0]:
                self.conflict("KL-SAMEKEY")
            self.changes.append(row)

    def outcome(self, row):
        node, key, _, count = row
        old = self.rows.get(node)
        if old is None:
            if node not in self.tombstones:
                return "added"
            if count <= self.tombstones[node]:
                return "stale"
            return "added" if self.revive else self.conflict()
        if count < old[3]:
            return "stale"
        if count == old[3]:
            if key == old[1]:
                return "unchanged"
            if self.on_conflict == "abort":
                self.conflict()
            return "unchanged" if self.on_conflict == "keep" else "replaced"
        if key == old[1]:
            self.conflict("KL-SAMEREP")
        if count > old[3] + 1:
            self.findings.append(finding("KL-REPGAP"))
        return "replaced"

    def finish(self, batch):
        if self.tally["replaced"] > self.max_replace:
            self.conflict()
        mine = {row[0] for row in batch}
        others = {row[2] for row in self.rows.values() if row[0] not in mine}
        if any(row[2] in others for row in self.changes):
            self.findings.append(finding("KL-BATCHDUP"))
        for row in self.changes:
            self.rows[row[0]] = row
        return list(self.rows.values())


def merge(keyring, batch, rules):
    """The keyring after the merge, the tally and the findings."""
    network, rows, findings = keyring_text.read_keyring(keyring)
    keyring_text.read_rows(keyring_text.print_rows(batch))
    work = Merge(rows, rules)
    for row in batch:
        work.take(row)
    merged = work.finish(batch)
    octets = keyring_text.print_keyring(network, merged) if work.changes else keyring
    return octets, work.tally, findings + work.findings
