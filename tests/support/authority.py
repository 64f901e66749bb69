"""Certificates for a test, made by the openssl command line."""

import pathlib

from foreign import openssl

EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


class Authority:
    """A root, and certificates under it."""

    def __init__(self, folder, name="root"):
        self.folder, self.name = pathlib.Path(folder), name
        self.root = self.folder / f"{name}.pem"
        openssl("req", "-x509", *EC, "-keyout", self.folder / f"{name}.key", "-out", self.root,
                "-days", "2", "-subj", f"/CN={name}")

    def issue(self, host):
        """(certificate, key), both files."""
        stem = self.folder / f"{self.name}-{host}"
        kind = "IP" if host.replace(".", "").isdigit() else "DNS"
        extensions = stem.with_suffix(".ext")
        extensions.write_text(f"subjectAltName={kind}:{host}\n")
        openssl("req", "-new", *EC, "-keyout", f"{stem}.key", "-out", f"{stem}.csr",
                "-subj", f"/CN={host}")
        openssl("x509", "-req", "-in", f"{stem}.csr", "-CA", self.root, "-CAkey",
                self.folder / f"{self.name}.key", "-CAcreateserial", "-days", "2",
                "-extfile", extensions, "-out", f"{stem}.pem")
        pathlib.Path(f"{stem}.key").chmod(0o600)
        return f"{stem}.pem", f"{stem}.key"
