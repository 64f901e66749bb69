"""Key files of 004 made and opened by the openssl command line alone: nothing of this tree is used,
so what it accepts of ours and what ours accepts of it proves the written formats (docs/formats)."""

import os
import pathlib
import secrets
import struct
import subprocess
import tempfile

OAEP = ["-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256",
        "-keyopt", "rsa_mgf1_md:sha256"]


def openssl(*args, data=None):
    """Standard output of one openssl command; its failure is an exception with its words."""
    done = subprocess.run(["openssl", *map(str, args)], input=data, capture_output=True,
                          check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {args[0]}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def in_file(data, use):
    """Some openssl commands read files alone."""
    with tempfile.NamedTemporaryFile() as held:
        held.write(data)
        held.flush()
        return use(held.name)


def cmac(key, data):
    return in_file(data, lambda path: openssl(
        "mac", "-cipher", "AES-128-CBC", "-macopt", f"hexkey:{key.hex()}", "-binary",
        "-in", path, "CMAC"))


def subkey(pwdh, label):
    return openssl("kdf", "-keylen", "16", "-kdfopt", "mode:counter", "-kdfopt", "mac:CMAC",
                   "-kdfopt", "cipher:AES-128-CBC", "-kdfopt", f"hexkey:{pwdh.hex()}",
                   "-kdfopt", f"salt:{label}", "-binary", "KBKDF")


def pwdh_of(passphrase, base, log2_n=14):
    """scrypt, r=8, p=1."""
    salt = cmac(base, b"ULP-KMS-PWDH-SALT/1")
    return openssl("kdf", "-keylen", "16", "-kdfopt", f"hexpass:{passphrase.hex()}", "-kdfopt",
                   f"hexsalt:{salt.hex()}", "-kdfopt", f"n:{1 << log2_n}", "-kdfopt", "r:8",
                   "-kdfopt", "p:1", "-kdfopt", f"maxmem_bytes:{1 << 28}", "-binary", "SCRYPT")


def odd_parity(key):
    return bytes(octet & 0xFE | (bin(octet >> 1).count("1") + 1) % 2 for octet in key)


class Network:
    """The four header values."""

    def __init__(self, passphrase):
        self.passphrase = passphrase
        self.base = secrets.token_bytes(16)
        self.gateway = odd_parity(secrets.token_bytes(24))
        self.gateway_cdld = secrets.token_bytes(16)
        self.pwdh = pwdh_of(passphrase, self.base)

    def header(self):
        return (f"pwdh, 0x{self.pwdh.hex()}\nbase, 0x{self.base.hex()}\n"
                f"gateway, 0x{self.gateway.hex()}\ngateway_cdld, 0x{self.gateway_cdld.hex()}\n"
                ).encode()

    def secrets(self):
        return {"pwdh": self.pwdh, "base": self.base, "gateway": self.gateway,
                "gateway_cdld": self.gateway_cdld, "passphrase": self.passphrase}


def row(node, key, batch, count):
    return f"0x{node:08x}, 0x{key.hex()},{batch},{count}\n".encode()


def rows(first, number, batch, count=0):
    """`number` nodes from `first` with fresh keys, as (id, key, batch, count)."""
    return [(first + i, secrets.token_bytes(16), batch, count) for i in range(number)]


def body_of(nodes):
    return b"".join(row(*node) for node in nodes)


def make_kms_key(folder, bits=2048, name="kms"):
    """NAME.pem (0600), NAME.pub.pem and a certificate that carries the key identifier."""
    private, public = folder / f"{name}.pem", folder / f"{name}.pub.pem"
    openssl("genrsa", "-out", private, bits)
    os.chmod(private, 0o600)
    openssl("rsa", "-in", private, "-pubout", "-out", public)
    openssl("req", "-x509", "-new", "-key", private, "-subj", "/CN=kms", "-days", "2",
            "-addext", "subjectKeyIdentifier=hash", "-out", folder / f"{name}.crt")
    return private


def write(path, data, mode=0o600):
    path = pathlib.Path(path)
    path.write_bytes(data)
    path.chmod(mode)
    return path


def make_batch(path, nodes, pwdh, certificate):
    """PATH, PATH.sig and PATH.manifest."""
    path = pathlib.Path(path)
    encrypted = openssl("cms", "-encrypt", "-binary", "-outform", "DER", "-aes-256-cbc", "-keyid",
                        "-recip", certificate, *OAEP, data=body_of(nodes))
    write(path, encrypted)
    sign_batch(path, pwdh)
    digest = openssl("dgst", "-sha256", "-r", path).split()[0].decode()
    manifest = f"manifest, 1\nfile, {path.name}\nsha256, 0x{digest}\ncount, {len(nodes)}\n"
    manifest += "".join(f"0x{node:08x},{batch},{count}\n" for node, _, batch, count in nodes)
    write(f"{path}.manifest", manifest.encode())
    return path


def sign_batch(path, pwdh):
    write(f"{path}.sig", cmac(subkey(pwdh, "ULP-KMS-BATCH-MAC/1"), pathlib.Path(path).read_bytes()))


def open_batch(path, pwdh, private):
    """The rows of a batch that somebody else made; checks the MAC first."""
    path = pathlib.Path(path)
    expected = cmac(subkey(pwdh, "ULP-KMS-BATCH-MAC/1"), path.read_bytes())
    if pathlib.Path(f"{path}.sig").read_bytes() != expected:
        raise RuntimeError("MAC differs")
    return openssl("cms", "-decrypt", "-inform", "DER", "-in", path, "-inkey", private)


def make_gateway_key_file(path, network, private, log2_n=14, pss=False):
    """PATH and PATH.sig as docs/formats/gateway-key-file.md says."""
    plain = network.header()
    iv = secrets.token_bytes(16)
    key = subkey(network.pwdh, "ULP-KMS-GWKEY-ENC/1")
    body = openssl("enc", "-aes-128-cbc", "-K", key.hex(), "-iv", iv.hex(), data=plain)
    header = b"ULPGWK1\n" + bytes([2, 1, 2 if pss else 1, 0]) + struct.pack(">III", log2_n, 8, 1)
    header += cmac(network.base, b"ULP-KMS-PWDH-SALT/1") + iv + struct.pack(">Q", len(plain))
    write(path, header + body)
    write(f"{path}.sig", openssl("dgst", "-sha256", "-sign", private, *pss_options(pss), path))


def pss_options(pss):
    if not pss:
        return []
    return ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32",
            "-sigopt", "rsa_mgf1_md:sha256"]


def verify_gateway_key_file(path, public, pss=False):
    openssl("dgst", "-sha256", "-verify", public, *pss_options(pss), "-signature", f"{path}.sig",
            path)


def open_gateway_key_file(path, passphrase):
    """The plaintext: everything from the 64-octet header and the passphrase."""
    data = pathlib.Path(path).read_bytes()
    if data[:8] != b"ULPGWK1\n" or data[8] != 2:
        raise RuntimeError("not a Gateway key file with scrypt")
    log2_n, block, parallel = struct.unpack(">III", data[12:24])
    pwdh = openssl("kdf", "-keylen", "16", "-kdfopt", f"hexpass:{passphrase.hex()}", "-kdfopt",
                   f"hexsalt:{data[24:40].hex()}", "-kdfopt", f"n:{1 << log2_n}", "-kdfopt",
                   f"r:{block}", "-kdfopt", f"p:{parallel}", "-kdfopt",
                   f"maxmem_bytes:{1 << 28}", "-binary", "SCRYPT")
    key = subkey(pwdh, "ULP-KMS-GWKEY-ENC/1")
    plain = openssl("enc", "-d", "-aes-128-cbc", "-K", key.hex(), "-iv", data[40:56].hex(),
                    data=data[64:])
    if len(plain) != struct.unpack(">Q", data[56:64])[0]:
        raise RuntimeError("the length field differs")
    return plain
