"""keyring.csv, rows alone, header lines alone (docs/formats/keyring.md)."""

from .refusal import Refusal, finding

NAMES = (("pwdh", 16), ("base", 16), ("gateway", 24), ("gateway_cdld", 16))
MAX_LINE, MAX_FILE, MAX_ROWS, MAX_NUMBER = 256, 8 << 30, 1 << 27, (1 << 32) - 1
BOM = b"\xef\xbb\xbf"
ALLOWED = frozenset(set(range(0x20, 0x7F)) - {ord('"'), ord("'")} | {9})
LOWER, UPPER = frozenset("0123456789abcdef"), frozenset("ABCDEF")
WEAK = """
0101010101010101 fefefefefefefefe e0e0e0e0f1f1f1f1 1f1f1f1f0e0e0e0e
011f011f010e010e 1f011f010e010e01 01e001e001f101f1 e001e001f101f101
01fe01fe01fe01fe fe01fe01fe01fe01 1fe01fe00ef10ef1 e01fe01ff10ef10e
1ffe1ffe0efe0efe fe1ffe1ffe0efe0e e0fee0fef1fef1fe fee0fee0fef1fef1
"""


def _without_parity(octets):
    return bytes(octet & 0xFE for octet in octets)


WEAK_PARTS = frozenset(_without_parity(bytes.fromhex(part)) for part in WEAK.split())


def is_weak(gateway):
    parts = [_without_parity(gateway[i:i + 8]) for i in (0, 8, 16)]
    return (parts[0] == parts[1] or parts[1] == parts[2]
            or any(part in WEAK_PARTS for part in parts))


class Reader:
    """Reads lines, collects findings, raises Refusal at the first error."""

    def __init__(self, accept_short_hex=False):
        self.accept_short_hex = accept_short_hex
        self.findings, self.line = [], 0
        self.network, self.rows, self.keys, self.last_id = {}, {}, {}, -1

    def found(self, code, column=0):
        if len(self.findings) < 1000:
            self.findings.append(finding(code, self.line, column))

    def refuse(self, code, reject_class, column=0):
        raise Refusal(reject_class, code, self.findings + [finding(code, self.line, column)])

    def lines(self, octets):
        if len(octets) > MAX_FILE:
            self.refuse("TOOLONG", "length")
        if octets.startswith(BOM):
            self.findings.append(finding("KL-BOM", 1, 1))
            octets = octets[len(BOM):]
        at = 0
        while at < len(octets):
            self.line += 1
            end = octets.find(b"\n", at, at + MAX_LINE + 2)
            line = octets[at:end] if end >= 0 else octets[at:at + MAX_LINE + 2]
            crlf = end >= 0 and line.endswith(b"\r")
            line = line[:-1] if crlf else line
            if len(line) > MAX_LINE:
                self.refuse("TOOLONG", "length", MAX_LINE + 1)
            at = end + 1 if end >= 0 else len(octets)
            if end < 0:
                self.found("KL-NOEOL", len(line) + 1)
            if crlf:
                self.found("KL-CRLF", len(line) + 1)
            text = self.checked(line)
            if text.strip(" \t"):
                yield text
            else:
                self.found("KL-BLANK", 1)

    def checked(self, line):
        for column, octet in enumerate(line, 1):
            if octet not in ALLOWED:
                self.refuse("CHARSET", "encoding", column)
        return line.decode("ascii")

    def fields(self, text):
        """The fields with their columns, without the spaces round them."""
        out, column = [], 1
        for number, raw in enumerate(text.split(",")):
            bare = raw.strip(" \t")
            before = len(raw) - len(raw.lstrip(" \t"))
            if raw != (" " + bare if number == 1 else bare):
                self.found("KL-SPACE", column)
            out.append((bare, column + before))
            column += len(raw) + 1
        return out

    def hex(self, field, size, short=False):
        bare, column = field
        if bare[:2] not in ("0x", "0X"):
            self.refuse("SYNTAX", "syntax", column)
        digits = bare[2:]
        if not set(digits) <= LOWER | UPPER:
            self.refuse("SYNTAX", "syntax", column)
        if len(digits) != 2 * size:
            if not short or len(digits) != 2 * size - 1:
                self.refuse("KL-HEXLEN", "length", column)
            self.found("KL-HEXLEN", column)
            digits = "0" + digits
        if bare[1] == "X" or set(digits) & UPPER:
            self.found("KL-CASE", column)
        return digits.lower()

    def number(self, field):
        bare, column = field
        if not bare.isdigit() or (bare[0] == "0" and bare != "0"):
            self.refuse("SYNTAX", "syntax", column)
        if len(bare) > 10 or int(bare) > MAX_NUMBER:
            self.refuse("RANGE", "range", column)
        return int(bare)

    def key(self, field, size, short=False):
        digits = self.hex(field, size, short)
        if digits in ("00" * size, "ff" * size):
            self.refuse("KL-CONSTKEY", "range", field[1])
        return digits

    def header_line(self, text):
        name, size = NAMES[len(self.network)]
        fields = self.fields(text)
        if fields[0][0] != name:
            self.refuse("HEADER", "order", fields[0][1])
        if len(fields) != 2:
            self.refuse("SYNTAX", "syntax")
        value = self.key(fields[1], size, short=name == "base" and self.accept_short_hex)
        self.network[name] = value
        if name == "gateway":
            octets = bytes.fromhex(value)
            if is_weak(octets):
                self.refuse("KL-DESWEAK", "range", fields[1][1])
            if any(octet.bit_count() % 2 == 0 for octet in octets):
                self.found("KL-PARITY", fields[1][1])

    def row(self, text):
        fields = self.fields(text)
        if len(fields) != 4:
            self.refuse("SYNTAX", "syntax")
        node, key = int(self.hex(fields[0], 4), 16), self.key(fields[1], 16)
        batch, count = self.number(fields[2]), self.number(fields[3])
        if batch == 0:
            self.found("KL-BATCH0", fields[2][1])
        if node < self.last_id:
            self.found("KL-ORDER", 1)
        row, self.last_id = [node, key, batch, count], node
        if node in self.rows:
            if self.rows[node] != row:
                self.refuse("KL-DUPDIFF", "duplicate")
            self.found("KL-DUP")
            return
        if key in self.keys:
            self.refuse("KL-SAMEKEY", "duplicate", fields[1][1])
        if len(self.rows) >= MAX_ROWS:
            self.refuse("TOOLONG", "length")
        self.rows[node], self.keys[key] = row, node

    def sorted_rows(self):
        return [self.rows[node] for node in sorted(self.rows)]


def read_keyring(octets, accept_short_hex=False):
    """network, rows, findings."""
    reader = Reader(accept_short_hex)
    for text in reader.lines(octets):
        if len(reader.network) < len(NAMES):
            reader.header_line(text)
        else:
            reader.row(text)
    if len(reader.network) < len(NAMES):
        reader.refuse("HEADER", "order")
    return reader.network, reader.sorted_rows(), reader.findings


def read_rows(octets):
    """The body of a batch: rows and findings."""
    reader = Reader()
    for text in reader.lines(octets):
        reader.row(text)
    if not reader.rows:
        reader.refuse("SYNTAX", "syntax")
    if any(found["code"] == "KL-DUP" for found in reader.findings):
        reader.refuse("KL-DUP", "duplicate")
    return reader.sorted_rows(), reader.findings


def read_header_lines(octets):
    """The four lines alone, canonical."""
    reader = Reader()
    for text in reader.lines(octets):
        if len(reader.network) == len(NAMES):
            reader.refuse("SYNTAX", "syntax")
        reader.header_line(text)
    if len(reader.network) < len(NAMES):
        reader.refuse("HEADER", "order")
    if print_header(reader.network) != octets:
        raise Refusal("syntax", "not canonical", reader.findings)
    return reader.network


def print_header(network):
    return "".join(f"{name}, 0x{network[name]}\n" for name, _ in NAMES).encode()


def print_rows(rows):
    return "".join(f"0x{node:08x}, 0x{key},{batch},{count}\n"
                   for node, key, batch, count in sorted(rows)).encode()


def print_keyring(network, rows):
    return print_header(network) + print_rows(rows)


def check_value(network, rows):
    """What is to be written must be a keyring."""
    for name, size in NAMES:
        if len(network[name]) != 2 * size or not set(network[name]) <= LOWER:
            raise Refusal("length", name)
    seen = {row[0] for row in rows}
    if len(seen) != len(rows):
        raise Refusal("duplicate", "a node id twice")
    for node, key, batch, count in rows:
        if not 0 <= min(node, batch, count) or max(node, batch, count) > MAX_NUMBER:
            raise Refusal("range", "a number of 32 bits")
        if len(key) != 32 or not set(key) <= LOWER:
            raise Refusal("length", "a root key of 32 digits")
