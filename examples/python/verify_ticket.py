"""Checks the test vectors of docs/ticket-format.md: python3 verify_ticket.py ../../docs/ticket-format.md

Written from that page alone. It needs the package `cryptography`.
"""

import hashlib, hmac, json, sys
from datetime import datetime
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Refused(Exception):
    pass


def unbase45(text):
    data = b""
    for at in range(0, len(text), 3):
        group = text[at:at + 3]
        digits = [BASE45.find(character) for character in group]
        if -1 in digits or len(digits) == 1:
            raise Refused("malformed")
        number = sum(digit * 45**place for place, digit in enumerate(digits))
        if number >= 256 ** (len(digits) - 1):
            raise Refused("malformed")
        data += number.to_bytes(len(digits) - 1, "big")
    return data


def open_token(text, public_keys):
    if len(text) != 161:
        raise Refused("malformed")
    data = unbase45(text)
    number = lambda start, end: int.from_bytes(data[start:end], "big")
    token = {
        "event": data[5:21],
        "code": number(21, 29),
        "generation": number(29, 33),
        "not_before": number(33, 38),
        "not_after": number(38, 43),
    }
    latest = max(token["not_before"], token["not_after"])
    if data[0] != 1 or token["code"] >> 60 or latest > 253402207200:
        raise Refused("malformed")
    named = [k for k in public_keys if hashlib.sha256(k).digest()[:4] == data[1:5]]
    if not named:
        raise Refused("unknown-key")
    for key in named:
        try:
            signed = b"em-connect ticket v1\0" + data[:43]
            Ed25519PublicKey.from_public_bytes(key).verify(data[43:], signed)
            return token
        except InvalidSignature:
            pass
    raise Refused("forged")


def read_code(typed):
    symbols = typed.replace("-", "").replace(" ", "")
    if len(symbols) != 12 or not symbols.isascii():
        raise Refused("malformed")
    code = 0
    for symbol in symbols.upper().translate(str.maketrans("OIL", "011")):
        if symbol not in BASE32:
            raise Refused("malformed")
        code = code * 32 + BASE32.index(symbol)
    return code


def show_code(code):
    symbols = [BASE32[code >> 5 * place & 31] for place in reversed(range(12))]
    return "-".join("".join(symbols[at:at + 4]) for at in (0, 4, 8))


def unid(text):
    number = 0
    for symbol in text.split("_")[1].upper():
        number = number * 32 + BASE32.index(symbol)
    return number.to_bytes(16, "big")


def derive_code(key, event, user, generation):
    message = unid(event) + unid(user) + generation.to_bytes(4, "big")
    mac = hmac.new(key, message, hashlib.sha256).digest()
    return int.from_bytes(mac[:8], "big") >> 4


def refusal(read, *arguments):
    try:
        return None, read(*arguments)
    except Refused as refused:
        return str(refused), None


if __name__ == "__main__":
    page = open(sys.argv[1], encoding="utf-8").read()
    vectors = json.loads(page.split("```json\n")[1].split("```")[0])
    keys = [bytes.fromhex(key["public_key"]) for key in vectors["keys"]]
    for key in vectors["keys"]:
        digest = hashlib.sha256(bytes.fromhex(key["public_key"])).hexdigest()
        assert digest[:8] == key["kid"]
    seconds = lambda time: int(datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp())
    for vector in vectors["tokens"]:
        token = open_token(vector["text"], keys)
        assert unbase45(vector["text"]).hex() == vector["payload"] + vector["signature"]
        assert token == {
            "event": unid(vector["event"]),
            "code": read_code(vector["code"]),
            "generation": vector["generation"],
            "not_before": seconds(vector["not_before"]),
            "not_after": seconds(vector["not_after"]),
        }
    for vector in vectors["refused"]:
        assert refusal(open_token, vector["text"], keys)[0] == vector["error"], vector
    for vector in vectors["codes"]:
        key = bytes.fromhex(vector["hmac_key"])
        code = derive_code(key, vector["event"], vector["user"], vector["generation"])
        assert show_code(code) == vector["code"], vector
    for vector in vectors["typed"]:
        code = refusal(read_code, vector["typed"])[1]
        assert (code is None and vector["code"] is None) or show_code(code) == vector["code"], vector
    print({name: len(cases) for name, cases in vectors.items()}, "agree")
