"""hx in Python: what the 254 bytes do with any input that ends in three line ends."""

from __future__ import annotations

INPUT = 0x1000000  # where hx reads its input to; the output lies right after it


def model(text: bytes) -> bytes:
    here = INPUT + len(text)
    labels: dict[bytes, int] = {}
    for _ in range(2):
        out, digits, at = bytearray(), "", 0
        labels[b"\0\0"] = here
        while at < len(text):
            byte, at = text[at], at + 1
            if byte < ord("#"):
                continue
            if ord("#") < byte < ord(":") or byte > ord("@"):
                digits += f"{(byte + 9 * (byte > ord('@'))) & 15:x}"
                if len(digits) < 2:
                    continue
                out += bytes.fromhex(digits)
            elif byte == ord("#"):
                at = text.index(b"\n", at) + 1
            else:
                label, at = text[at : at + 2], at + 2
                if byte == ord("@"):
                    distance = labels.get(label, 0) - (here + len(out) + 4)
                    out += (distance & 0xFFFFFFFF).to_bytes(4, "little")
                else:
                    labels[label] = here + len(out)
            digits = ""
    return bytes(out)
