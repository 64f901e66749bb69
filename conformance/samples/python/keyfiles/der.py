"""Enough ASN.1 (X.690) for CMS and RSA keys.

Reads definite and indefinite lengths, writes DER.
"""

from .refusal import Refusal

INTEGER, BITS, OCTETS, NULL, OID, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x05, 0x06, 0x30, 0x31
MAX_DEPTH = 16


class Element:
    """One element: tag octet, content, and whether it or one inside it has an indefinite length."""

    def __init__(self, tag, content, indefinite):
        self.tag, self.content, self.indefinite = tag, content, indefinite

    def children(self, depth=0):
        return parse_all(self.content, depth)


def bad(text="malformed ASN.1"):
    return Refusal("syntax", text)


def _length(data, at):
    """The length at `at` and where the content begins; -1 stands for indefinite."""
    if at >= len(data):
        raise bad()
    first, at = data[at], at + 1
    if first < 0x80:
        return first, at
    if first == 0x80:
        return -1, at
    count = first & 0x7F
    if count > 8 or at + count > len(data):
        raise bad()
    return int.from_bytes(data[at:at + count], "big"), at + count


def take(data, at=0, depth=0):
    """The element at `at` and the place after it."""
    if depth > MAX_DEPTH or at >= len(data):
        raise bad()
    tag = data[at]
    if tag & 0x1F == 0x1F:
        raise bad("a tag of several octets")
    length, begin = _length(data, at + 1)
    if length >= 0:
        if begin + length > len(data):
            raise bad("a length past the end")
        return Element(tag, data[begin:begin + length], False), begin + length
    if not tag & 0x20:
        raise bad("an indefinite length on a primitive")
    at = begin
    while data[at:at + 2] != b"\0\0":
        _, at = take(data, at, depth + 1)
    return Element(tag, data[begin:at], True), at + 2


def parse_all(content, depth=0):
    elements, at = [], 0
    while at < len(content):
        element, at = take(content, at, depth + 1)
        elements.append(element)
    return elements


def one(data):
    """The only element of `data`; octets after its end are refused."""
    element, end = take(data)
    if end != len(data):
        raise bad("octets after the end")
    return element


def expect(elements, *tags):
    """`elements` when their tags are `tags`."""
    if [element.tag for element in elements] != list(tags):
        raise bad("other fields than the layout has")
    return elements


def oid(element):
    """Dotted text."""
    if element.tag != OID or not element.content or element.content[-1] & 0x80:
        raise bad("no object identifier")
    numbers, value = [], 0
    for octet in element.content:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(str(n) for n in [first, numbers[0] - 40 * first] + numbers[1:])


def integer(element):
    if element.tag != INTEGER or not element.content:
        raise bad("no integer")
    return int.from_bytes(element.content, "big", signed=True)


def write(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def write_oid(text):
    numbers = [int(part) for part in text.split(".")]
    numbers = [40 * numbers[0] + numbers[1]] + numbers[2:]
    out = b""
    for number in numbers:
        piece = bytes((number & 0x7F,))
        while number > 0x7F:
            number >>= 7
            piece = bytes((number & 0x7F | 0x80,)) + piece
        out += piece
    return write(OID, out)


def write_integer(value):
    return write(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))
