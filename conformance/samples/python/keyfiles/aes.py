"""AES (FIPS 197), CBC with PKCS#7 and AES-128-CMAC (RFC 4493).

Small inputs are worked in Python; over `LARGE` octets the openssl command does the CBC.
"""

import struct
import subprocess

LARGE = 16384


def _tables():
    exp, log, x = [0] * 512, [0] * 256, 1
    for i in range(255):
        exp[i] = exp[i + 255] = x
        log[x] = i
        x ^= x << 1
        if x & 0x100:
            x ^= 0x11B
    mul = lambda a, b: exp[log[a] + log[b]] if a and b else 0
    sbox = [0] * 256
    for value in range(256):
        inverse = exp[255 - log[value]] if value else 0
        result = 0x63
        for shift in range(5):
            result ^= (inverse << shift | inverse >> (8 - shift)) & 0xFF
        sbox[value] = result
    inverse_sbox = [0] * 256
    for value, out in enumerate(sbox):
        inverse_sbox[out] = value
    word = lambda *octets: int.from_bytes(bytes(octets), "big")
    rotate = lambda table: [[(w >> r | w << (32 - r)) & 0xFFFFFFFF for w in table]
                            for r in (0, 8, 16, 24)]
    enc = rotate([word(mul(s, 2), s, s, mul(s, 3)) for s in sbox])
    dec = rotate([word(mul(s, 14), mul(s, 9), mul(s, 13), mul(s, 11)) for s in inverse_sbox])
    return sbox, inverse_sbox, enc, dec


SBOX, INVERSE_SBOX, ENC, DEC = _tables()


def expand_key(key):
    """The round keys, four words each."""
    words = list(struct.unpack(f">{len(key) // 4}I", key))
    size, rounds, rcon = len(words), len(words) + 6, 1
    sub = lambda w: (SBOX[w >> 24] << 24 | SBOX[w >> 16 & 255] << 16 | SBOX[w >> 8 & 255] << 8
                     | SBOX[w & 255])
    for i in range(size, 4 * (rounds + 1)):
        w = words[i - 1]
        if i % size == 0:
            w = sub((w << 8 | w >> 24) & 0xFFFFFFFF) ^ rcon << 24
            rcon = rcon << 1 ^ (0x11B if rcon & 0x80 else 0)
        elif size > 6 and i % size == 4:
            w = sub(w)
        words.append(words[i - size] ^ w)
    return [words[i:i + 4] for i in range(0, len(words), 4)]


def inverse_keys(round_keys):
    """Round keys for decryption: reversed, with InvMixColumns on all but first and last."""
    mix = lambda w: (DEC[0][SBOX[w >> 24]] ^ DEC[1][SBOX[w >> 16 & 255]]
                     ^ DEC[2][SBOX[w >> 8 & 255]] ^ DEC[3][SBOX[w & 255]])
    keys = round_keys[::-1]
    return [keys[0]] + [[mix(w) for w in k] for k in keys[1:-1]] + [keys[-1]]


def _crypt(keys, state, tables, box, step):
    t0, t1, t2, t3 = tables
    s = [a ^ b for a, b in zip(state, keys[0])]
    for key in keys[1:-1]:
        s = [t0[s[i] >> 24] ^ t1[s[i + step & 3] >> 16 & 255] ^ t2[s[i + 2 & 3] >> 8 & 255]
             ^ t3[s[i - step & 3] & 255] ^ key[i] for i in (0, 1, 2, 3)]
    return [(box[s[i] >> 24] << 24 | box[s[i + step & 3] >> 16 & 255] << 16
             | box[s[i + 2 & 3] >> 8 & 255] << 8 | box[s[i - step & 3] & 255]) ^ keys[-1][i]
            for i in (0, 1, 2, 3)]


def encrypt_words(round_keys, state):
    return _crypt(round_keys, state, ENC, SBOX, 1)


def decrypt_words(inverse_round_keys, state):
    return _crypt(inverse_round_keys, state, DEC, INVERSE_SBOX, -1)


def _openssl_cbc(direction, key, iv, data):
    command = ["openssl", "enc", direction, f"-aes-{8 * len(key)}-cbc", "-nopad",
               "-K", key.hex(), "-iv", iv.hex()]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def _cbc_blocks(key, iv, data):
    keys, last, out = expand_key(key), struct.unpack(">4I", iv), []
    for block in struct.iter_unpack(">4I", data):
        last = encrypt_words(keys, [a ^ b for a, b in zip(block, last)])
        out.append(struct.pack(">4I", *last))
    return out


def cbc_encrypt(key, iv, text):
    pad = 16 - len(text) % 16
    text = text + bytes([pad]) * pad
    if len(text) > LARGE:
        return _openssl_cbc("-e", key, iv, text)
    return b"".join(_cbc_blocks(key, iv, text))


def cbc_decrypt(key, iv, data):
    """The plain text, or None when the padding is wrong or `data` is no whole number of blocks."""
    if not data or len(data) % 16:
        return None
    if len(data) > LARGE:
        text = _openssl_cbc("-d", key, iv, data)
    else:
        keys, last, out = inverse_keys(expand_key(key)), struct.unpack(">4I", iv), []
        for block in struct.iter_unpack(">4I", data):
            out.append(struct.pack(">4I", *(a ^ b for a, b in
                                            zip(decrypt_words(keys, block), last))))
            last = block
        text = b"".join(out)
    pad = text[-1]
    if not 1 <= pad <= 16 or text[-pad:] != bytes([pad]) * pad:
        return None
    return text[:-pad]


def cmac(key, message):
    """AES-CMAC of `message`: CBC over all blocks but the last, then the last with a sub-key."""
    double = lambda x: (x << 1 ^ (0x87 if x >> 127 else 0)) & (1 << 128) - 1
    keys = expand_key(key)
    sub = double(int.from_bytes(struct.pack(">4I", *encrypt_words(keys, [0, 0, 0, 0])), "big"))
    whole = len(message) > 0 and len(message) % 16 == 0
    cut = max(0, (len(message) - 1) // 16 * 16)
    head, tail = message[:cut], message[cut:]
    if not whole:
        tail = (tail + b"\x80").ljust(16, b"\0")
        sub = double(sub)
    chain = bytes(16)
    if len(head) > LARGE:
        chain = _openssl_cbc("-e", key, bytes(16), head)[-16:]
    elif head:
        chain = _cbc_blocks(key, bytes(16), head)[-1]
    last = (int.from_bytes(tail, "big") ^ int.from_bytes(chain, "big") ^ sub).to_bytes(16, "big")
    return struct.pack(">4I", *encrypt_words(keys, struct.unpack(">4I", last)))
