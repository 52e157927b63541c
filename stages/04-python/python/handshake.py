"""TLS between a server and a client of one process, without a socket; the certificate is made here."""

import pathlib
import ssl
import subprocess

pathlib.Path("cnf").write_text("[req]\ndistinguished_name = name\n[name]\n")
subprocess.run(
    ["openssl", "req", "-config", "cnf", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    + ["-nodes", "-keyout", "key", "-out", "certificate", "-days", "2", "-subj", "/CN=localhost"]
    + ["-addext", "subjectAltName=DNS:localhost"],
    check=True,
    capture_output=True,
)

to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server_context.load_cert_chain("certificate", "key")
server = server_context.wrap_bio(to_server, to_client, server_side=True)
client_context = ssl.create_default_context(cafile="certificate")
client = client_context.wrap_bio(to_client, to_server, server_hostname="localhost")


def step(action, *arguments):
    """What it gives, or None while it waits for the other side."""
    try:
        return action(*arguments)
    except ssl.SSLWantReadError:
        return None


for _ in range(3):
    step(client.do_handshake)
    step(server.do_handshake)
client.write(b"hello")
print(client.version(), server.read().decode())
