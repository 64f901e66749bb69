"""node_keys.db against sqlite3 and openssl: a Gateway key file made by openssl is imported, sqlite3
reads the database, openssl computes every key again, and opens the export; a database that sqlite3
made from the written schema is taken (docs/formats/node-keys-db.md)."""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

TREE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tests/support"))

import foreign  # noqa: E402
from secret_scan import SecretScan  # noqa: E402

BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])
PASSPHRASE = b"Correct horse 7 battery"
PAGE = TREE / "docs/formats/node-keys-db.md"

# Each is refused by a CHECK, a key, a trigger or STRICT, whoever sends it.
BAD_STATEMENTS = """
INSERT INTO node_key VALUES(4294967296,0,zeroblob(16),zeroblob(16),1,0,'x')
INSERT INTO node_key VALUES(-1,0,zeroblob(16),zeroblob(16),1,0,'x')
INSERT INTO node_key VALUES(1,0,zeroblob(15),zeroblob(16),1,0,'x')
INSERT INTO node_key VALUES(1,0,zeroblob(16),'nonce of 16 char',1,0,'x')
INSERT INTO node_key VALUES(1,0,zeroblob(16),zeroblob(16),99,0,'x')
INSERT INTO node_key SELECT * FROM node_key LIMIT 1
INSERT INTO batch(number, opened_at) VALUES(2, 0)
INSERT INTO batch(number, opened_at, exported_at) VALUES(2, 0, 0)
UPDATE network SET base = zeroblob(15)
UPDATE audit SET text = 'nothing'
DELETE FROM audit
INSERT OR REPLACE INTO audit VALUES(1, 0, '', '', 'nothing', zeroblob(32), zeroblob(32))
""".strip().split("\n")


def sqlite(database, sql, check=True):
    done = subprocess.run(["sqlite3", database], input=f"PRAGMA foreign_keys=ON;\n{sql}",
                          capture_output=True, text=True, check=False)
    if check and (done.returncode != 0 or done.stderr):
        raise RuntimeError(done.stderr)
    return done.stdout.strip().split("\n") if check else done


def node_root_key(base, node, count, nonce):
    return foreign.openssl(
        "kdf", "-keylen", "16", "-kdfopt", "mode:counter", "-kdfopt", "mac:CMAC",
        "-kdfopt", "cipher:AES-128-CBC", "-kdfopt", f"hexkey:{base.hex()}",
        "-kdfopt", "salt:ULP-LKS-NODE-ROOT/1", "-kdfopt", f"hexinfo:{node:08x}{count:08x}{nonce}",
        "-binary", "KBKDF").hex()


class SqliteLks(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="touchstone-lks."))
        self.addCleanup(shutil.rmtree, self.folder)
        foreign.make_kms_key(self.folder)
        self.network = foreign.Network(PASSPHRASE)
        foreign.make_gateway_key_file(self.folder / "gw.aes", self.network,
                                      self.folder / "kms.pem")
        self.database = self.folder / "node_keys.db"
        self.told = b""

    def run_command(self, name, *args, expect=0):
        done = subprocess.run([BIN / name, *args], cwd=self.folder, input=PASSPHRASE + b"\n",
                              capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, expect, f"{name} {args}: {done.stderr}")
        self.told += done.stdout + done.stderr
        return done.stdout.decode()

    def make(self):
        self.run_command("import_gw_keys", "-i", "gw.aes", "-k", "kms.pub.pem", "-d",
                         "node_keys.db", "--passphrase-fd", "0")
        self.run_command("provision", "-d", "node_keys.db", "-n", "0x10200", "--nodes", "20", "-v")
        self.run_command("provision", "-d", "node_keys.db", "-n", "0x10203", "--reprovision")

    def test_sqlite3_reads_ours(self):
        self.make()
        self.assertEqual(sqlite(self.database, "PRAGMA application_id; PRAGMA user_version;"
                                "PRAGMA journal_mode; PRAGMA integrity_check;"
                                "PRAGMA foreign_key_check;"), ["1431064651", "1", "wal", "ok"])
        page = PAGE.read_text()
        for table in ("network", "batch", "node_key", "audit"):
            shown = sqlite(self.database, f"SELECT sql FROM sqlite_schema WHERE name='{table}';")
            self.assertIn("\n".join(shown) + ";", page)
        self.assertEqual(sqlite(self.database, "SELECT hex(pwdh), hex(base) FROM network;"),
                         [f"{self.network.pwdh.hex()}|{self.network.base.hex()}".upper()])
        self.assertEqual(sqlite(self.database, "SELECT count(*), max(rep) FROM node_current;"),
                         ["20|1"])

    def test_openssl_computes_every_key_again(self):
        self.make()
        base = bytes.fromhex(sqlite(self.database, "SELECT hex(base) FROM network;")[0])
        lines = sqlite(self.database, "SELECT node_id, rep, lower(hex(nonce)), "
                       "lower(hex(root_key)) FROM node_key;")
        self.assertEqual(len(lines), 21)
        for line in lines:
            node, count, nonce, key = line.split("|")
            self.assertEqual(node_root_key(base, int(node), int(count), nonce), key)

    def test_the_audit_is_a_chain(self):
        self.make()
        lines = sqlite(self.database, "SELECT lower(hex(previous)), sequence, at, tool, operator, "
                       "text, lower(hex(hash)) FROM audit ORDER BY sequence;")
        self.assertEqual(len(lines), 3)
        last = "00" * 32
        for line in lines:
            *fields, shown = line.split("|")
            self.assertEqual(fields[0], last)
            text = "".join(f"{field}\n" for field in fields)
            last = hashlib.sha256(text.encode()).hexdigest()
            self.assertEqual(last, shown)

    def test_bad_statements_are_refused(self):
        self.make()
        before = sqlite(self.database, ".dump")
        for statement in BAD_STATEMENTS:
            self.assertNotEqual(sqlite(self.database, statement + ";", check=False).stderr, "",
                                statement)
        self.assertEqual(sqlite(self.database, ".dump"), before)

    def test_openssl_opens_the_export(self):
        self.make()
        self.run_command("export_keys", "-d", "node_keys.db", "-o", "b7.rsa", "-k", "kms.pub.pem")
        body = foreign.open_batch(self.folder / "b7.rsa", self.network.pwdh,
                                  self.folder / "kms.pem").decode()
        rows = sqlite(self.database, "SELECT printf('0x%08x, 0x%s,%d,%d', node_id, "
                      "lower(hex(root_key)), batch, rep) FROM node_current;")
        self.assertEqual(body.split("\n")[:-1], rows)
        manifest = (self.folder / "b7.rsa.manifest").read_text().split("\n")
        digest = hashlib.sha256((self.folder / "b7.rsa").read_bytes()).hexdigest()
        self.assertEqual(manifest[:4], ["manifest, 1", "file, b7.rsa", f"sha256, 0x{digest}",
                                        "count, 20"])
        self.assertEqual(manifest[4:-1], [re.sub(r" 0x\w{32},", "", row) for row in rows])
        self.assertEqual(sqlite(self.database, "SELECT node_count, file_name, lower(hex(sha256)) "
                                "FROM batch;"), [f"20|b7.rsa|{digest}"])

    def test_a_database_made_by_sqlite3_is_taken(self):
        schema = PAGE.read_text().split("```sql\n")[1].split("```")[0]
        text = "made by hand"
        lines = f"{'00' * 32}\n1\n5\nsqlite3\nme\n{text}\n"
        digest = hashlib.sha256(lines.encode()).hexdigest()
        values = [self.network.pwdh, self.network.base, self.network.gateway,
                  self.network.gateway_cdld, bytes(32)]
        blobs = ",".join(f"x'{value.hex()}'" for value in values)
        sqlite(self.database, f"PRAGMA journal_mode=WAL;{schema}"
               f"INSERT INTO network VALUES(1,{blobs},2,14,8,1,zeroblob(32),5);"
               "INSERT INTO batch(number, opened_at) VALUES(1, 5);"
               f"INSERT INTO audit VALUES(1,5,'sqlite3','me','{text}',zeroblob(32),x'{digest}');")
        self.database.chmod(0o600)
        emitted = self.run_command("provision", "-d", "node_keys.db", "-n", "7", "--deterministic",
                                   "--emit")
        key = node_root_key(self.network.base, 7, 0, "00" * 16)
        self.assertEqual(emitted, f"gateway, 0x{self.network.gateway.hex()}\n"
                         f"gateway_cdld, 0x{self.network.gateway_cdld.hex()}\n"
                         f"0x00000007, 0x{key},1,0\n")

    def test_nothing_secret_is_told(self):
        self.make()
        self.run_command("export_keys", "-d", "node_keys.db", "-o", "b", "-k", "kms.pub.pem", "-v")
        self.run_command("provision", "-d", "node_keys.db", "-n", "0x10200", expect=8)
        keys = sqlite(self.database, "SELECT hex(root_key) FROM node_key;")
        known = {f"key {i}": bytes.fromhex(key) for i, key in enumerate(keys)}
        scan = SecretScan(self.network.secrets() | known)
        self.assertGreater(len(self.told), 500)
        self.assertEqual(scan.find(self.told), [])
        self.assertNotEqual(scan.find(self.told + known["key 3"]), [], "the scan sees nothing")


if __name__ == "__main__":
    unittest.main()
