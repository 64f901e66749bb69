"""The manifest of a batch (docs/formats/batch.md)."""

import re

from .refusal import Refusal, finding

HEAD = re.compile(rb"manifest, 1\nfile, ([ -.0-~\x80-\xff]{1,250})\nsha256, 0x([0-9a-f]{64})\n"
                  rb"count, (0|[1-9][0-9]{0,9})\n")
ROW = re.compile(rb"0x([0-9a-f]{8})(?:,(0|[1-9][0-9]{0,9}),(0|[1-9][0-9]{0,9}))?")
MAX_NUMBER = (1 << 32) - 1


def decode(text, row_limit=None):
    """file, sha256, rows, findings; rows of one or three numbers."""
    head = HEAD.match(text)
    if not head or head[1] in (b".", b".."):
        raise Refusal("syntax", "manifest, 1 / file / sha256 / count")
    count = int(head[3])
    if row_limit is not None and count > row_limit:
        raise Refusal("manifest", "more rows than the batch has")
    lines = text[head.end():].split(b"\n")
    if lines.pop():
        raise Refusal("syntax", "LF after the last row")
    rows, findings = [], []
    for line, raw in enumerate(lines, 5):
        found = ROW.fullmatch(raw)
        if not found:
            raise Refusal("syntax", f"line {line}: 0xID,batch,count")
        row = [int(found[1], 16)]
        if found[2] is None:
            findings.append(finding("KL-MANID", line, 1))
        else:
            row += [int(found[2]), int(found[3])]
        if max(row) > MAX_NUMBER:
            raise Refusal("range", f"line {line}: a number of 32 bits")
        rows.append(row)
    if count != len(rows) or len({row[0] for row in rows}) != len(rows):
        raise Refusal("manifest", "a count that is that of the rows, each node id once")
    return head[1].decode("utf-8", "replace"), head[2].decode(), rows, findings[:1]


def encode(name, sha256, rows):
    text = f"manifest, 1\nfile, {name}\nsha256, 0x{sha256}\ncount, {len(rows)}\n"
    for row in sorted(rows):
        text += f"0x{row[0]:08x}" + "".join(f",{number}" for number in row[1:]) + "\n"
    octets = text.encode()
    decode(octets)
    return octets
