"""Judges with other people's programs what em-connect makes for people: mails, PDFs, QR codes and calendar entries.

    artifacts.py SERVER DATA_FOLDER MAIL_FOLDER...

SERVER is the address of a server that runs on DATA_FOLDER and was filled by `serve --demo`. MAIL_FOLDER are folders with mails,
one per file. `.ci/artifacts` prepares all of that and runs this script.

It prints a line for each judgement and ends with exit code 1 if one is against us.
"""

import base64
import ctypes
import email
import email.policy
import json
import logging
import pathlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator

import cv2
import icalendar
import mailparser
import numpy as np
import zxingcpp

from api import Client, eventually
from judgement import judge

# Longest line of a mail without its CRLF (RFC 5322, section 2.1.1). A server may break a longer line, and then the signature of
# DKIM does not hold any more.
LONGEST_LINE_BYTES = 998
# A mail filter usually marks a mail as spam from 5 points on.
MOST_SPAM_POINTS = 1.0
# Where the pictures of mails are, for a person to look at.
PICTURES = pathlib.Path("target/mail-pictures")

# Subject of the mail to an address that somebody else wants for their account.
ADDRESS_IN_USE = b"This address has an em-connect account already"


def run(*command: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=120)


# Mails


def one_of_each_kind(folders: list[pathlib.Path]) -> dict[str, pathlib.Path]:
    """Returns a mail of each kind. The name of a mail's file is its time, its kind, and ids."""
    found: dict[str, pathlib.Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.eml")):
            kind = re.match(r"[^-]+-([a-z-]+)_", path.name)
            name = kind[1] if kind else path.name
            # A mail to a new address has two texts.
            if name == "email-change" and ADDRESS_IN_USE in path.read_bytes():
                name = "address-in-use"
            found.setdefault(name, path)
    return found


def ask_for_the_address_of(other: str, guest: Client, password: str, folder: pathlib.Path) -> None:
    """Lets the server send the mail that says that an address has an account already."""
    guest.call("/v1/me/email", {"newEmail": other, "password": password}, "PUT")
    eventually("mail about an address in use", lambda: "address-in-use" in one_of_each_kind([folder]))


def judge_mail(kind: str, mail: bytes) -> None:
    lines = mail.split(b"\r\n")
    longest = max(len(line) for line in lines)
    judge(f"mail {kind}, lines", longest <= LONGEST_LINE_BYTES, f"longest line {longest} bytes")
    is_clean = mail.isascii() and not any(b"\r" in line or b"\n" in line for line in lines)
    judge(f"mail {kind}, bytes", is_clean, "" if is_clean else "not ASCII, or a line does not end with CRLF")

    message = email.message_from_bytes(mail, policy=email.policy.default)
    defects = [defect for part in message.walk() for defect in part.defects]
    defects += [defect for header in message.values() for defect in header.defects]
    judge(f"mail {kind}, Python's email", not defects, str(defects or ""))

    parsed = mailparser.parse_from_bytes(mail)
    has_texts = bool(parsed.text_plain) and bool(parsed.text_html) and bool(parsed.subject)
    judge(f"mail {kind}, mail-parser", has_texts and not parsed.has_defects, str(parsed.defects or ""))

    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            judge_calendar(f"mail {kind}, calendar entry", part.get_payload(decode=True), 1)

    # The suite's organizers have random addresses, which count against a mail.
    mail = re.sub(rb"(?m)^Reply-To: [^\r\n]*<[^>]*>", b"Reply-To: Olga Organizer <olga@example.org>", mail)
    # Without a network, so that no list of senders is asked. The network's rules see a sender, which the deployment decides.
    score = run("spamassassin", "--local", "--test-mode", stdin=mail).stdout.decode(errors="replace")
    points = re.search(r"^X-Spam-Status: \w+, score=(-?[\d.]+)", score, re.MULTILINE)
    judge(f"mail {kind}, SpamAssassin", points is not None and float(points[1]) < MOST_SPAM_POINTS, points[1] if points else score)


def page_of(mail: bytes) -> str:
    """Returns the HTML of a mail with its pictures in it."""
    message = email.message_from_bytes(mail, policy=email.policy.default)
    page = message.get_body(("html",)).get_content()
    for part in message.walk():
        if name := part["Content-ID"]:
            picture = base64.b64encode(part.get_content()).decode()
            page = page.replace(f"cid:{name.strip('<>')}", f"data:{part.get_content_type()};base64,{picture}")
    return page


def judge_pictures(mails: dict[str, bytes]) -> None:
    """Chromium renders each mail at two widths, light and dark. axe and the layout must have nothing against it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pages = [pathlib.Path(folder, f"{kind}.html") for kind in mails]
        for page, mail in zip(pages, mails.values(), strict=True):
            page.write_text(page_of(mail))
        rendered = subprocess.run(["node", "proofs/mails.mjs", PICTURES, *pages], capture_output=True, check=True, timeout=900)
    for line in rendered.stdout.splitlines():
        one = json.loads(line)
        findings = "; ".join(one["findings"])
        judge(f"mail {one['mail']}, Chromium, {one['width']} pixels, {one['colorScheme']}", not findings, findings)


# QR codes


def decoders() -> dict[str, Callable[[np.ndarray], set[str]]]:
    """Returns three programs that read QR codes in a picture."""

    def zbar(picture: np.ndarray) -> set[str]:
        png = cv2.imencode(".png", picture)[1].tobytes()
        return set(run("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-", stdin=png).stdout.decode().splitlines())

    def opencv(picture: np.ndarray) -> set[str]:
        return {cv2.QRCodeDetector().detectAndDecode(picture)[0]}

    def zxing(picture: np.ndarray) -> set[str]:
        return {code.text for code in zxingcpp.read_barcodes(picture)}

    return {"zbar": zbar, "zxing-cpp": zxing, "OpenCV": opencv}


def damaged(code: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yields a QR code as a door may see it. `code` is gray, black on white."""
    side = code.shape[0]
    yield "as it is", code
    for size in (160, 240, 480):
        yield f"{size} pixels", cv2.resize(code, (size, size), interpolation=cv2.INTER_AREA)
    on_paper = cv2.copyMakeBorder(code, side // 2, side // 2, side // 2, side // 2, cv2.BORDER_CONSTANT, value=255)
    around = on_paper.shape[0] / 2
    for degrees in (7, 30, 90, 180):
        turn = cv2.getRotationMatrix2D((around, around), degrees, 1)
        yield f"rotated by {degrees}°", cv2.warpAffine(on_paper, turn, on_paper.shape, borderValue=255)
    # A third of the light, and little contrast.
    yield "dark", (code * 0.25 + 20).astype(np.uint8)
    noise = np.random.default_rng(7).normal(0, 25, code.shape)
    yield "grainy", np.clip(code * 0.6 + 40 + noise, 0, 255).astype(np.uint8)
    yield "blurred", cv2.GaussianBlur(code, (0, 0), side / 250)
    scratched = code.copy()
    # Six scratches destroy more than the code's error correction (level M) can restore. Then the door types the code.
    for no in range(3):
        cv2.line(scratched, (0, side * (no + 1) // 4), (side, side * (no + 2) // 6), 255, side // 200)
    yield "scratched", scratched
    stained = code.copy()
    cv2.circle(stained, (side * 6 // 10, side * 6 // 10), side // 12, 128, -1)
    yield "stained", stained
    corners = np.float32([[0, 0], [side, 0], [side, side], [0, side]])
    held = np.float32([[side * 0.08, side * 0.05], [side, 0], [side * 0.93, side * 0.97], [0, side]])
    tilted = cv2.getPerspectiveTransform(corners + side / 2, held + side / 2)
    yield "tilted", cv2.warpPerspective(on_paper, tilted, on_paper.shape, borderValue=255)


def judge_code(name: str, picture: np.ndarray, token: str) -> None:
    """Two of three programs must read the code, however damaged; all must read it as it is."""
    for how, seen in damaged(picture):
        reads = {program: token in read(seen) for program, read in decoders().items()}
        needed = len(reads) if how == "as it is" else 2
        said = ", ".join(f"{program}: {'yes' if can else 'no'}" for program, can in reads.items())
        judge(f"{name}, {how}", sum(reads.values()) >= needed, said)


# Tickets


def judge_ticket(guest: Client) -> None:
    ticket = guest.ticket()
    path, code, token = f"/v1/tickets/{ticket['code']}", ticket["code"], ticket["qr"]
    with tempfile.TemporaryDirectory() as folder:
        pdf = pathlib.Path(folder, "ticket.pdf")
        pdf.write_bytes(guest.fetch(f"{path}/ticket.pdf"))
        checked = run("qpdf", "--check", "--warning-exit-0", str(pdf))
        judge("PDF, qpdf", checked.returncode == 0 and b"WARNING" not in checked.stdout + checked.stderr)
        text = run("pdftotext", "-layout", str(pdf), "-").stdout.decode()
        judge("PDF, pdftotext", code in text and "\ufffd" not in text)
        fonts = run("pdffonts", str(pdf)).stdout.decode().splitlines()[2:]
        embedded = [line.split()[-5] == "yes" for line in fonts]
        judge("PDF, pdffonts", bool(embedded) and all(embedded), f"{len(embedded)} fonts, all embedded")
        for dpi in (100, 150, 300):
            run("pdftoppm", "-r", str(dpi), "-gray", "-png", "-singlefile", str(pdf), f"{folder}/{dpi}")
            page = cv2.imread(f"{folder}/{dpi}.png", cv2.IMREAD_GRAYSCALE)
            reads = {program: token in read(page) for program, read in decoders().items()}
            said = ", ".join(f"{program}: {'yes' if can else 'no'}" for program, can in reads.items())
            judge(f"PDF, printed at {dpi} dpi", sum(reads.values()) >= 2, said)
    png = cv2.imdecode(np.frombuffer(guest.fetch(f"{path}/qr.png"), np.uint8), cv2.IMREAD_GRAYSCALE)
    judge_code("QR code", png, token)

    judge_calendar("calendar entry of a ticket", guest.fetch(f"{path}/calendar.ics"), 1)
    judge_calendar("calendar of all events", guest.fetch("/events.ics"), 3)


# Calendar entries


def judge_calendar(name: str, entry: bytes, count: int) -> None:
    """Two libraries must find at least `count` events in a calendar entry, and no fault."""
    calendar = icalendar.Calendar.from_ical(entry)
    events = calendar.walk("VEVENT")
    errors = [error for part in calendar.walk() for error in part.errors]
    needed = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"}
    is_whole = len(events) >= count and all(needed <= event.keys() for event in events)
    is_aware = all(event.decoded("DTSTART").tzinfo for event in events)
    again = icalendar.Calendar.from_ical(calendar.to_ical())
    judge(f"{name}, icalendar", is_whole and is_aware and not errors and again == calendar, str(errors or ""))

    # Clients of GNOME and KDE read calendars with libical.
    libical = ctypes.CDLL("libical.so.3")
    libical.icalparser_parse_string.restype = ctypes.c_void_p
    root = ctypes.c_void_p(libical.icalparser_parse_string(entry))
    found = libical.icalcomponent_count_components(root, libical.icalcomponent_string_to_kind(b"VEVENT")) if root else 0
    # The first counts the lines that libical did not understand. The second checks which properties a calendar of this method has.
    faults = libical.icalcomponent_count_errors(root) if root else 1
    is_legal = bool(root) and libical.icalrestriction_check(root) == 1
    said = f"{found} events, {faults} faults, {'within' if is_legal else 'against'} the restrictions of RFC 5546"
    judge(f"{name}, libical", found == len(events) and faults == 0 and is_legal, said)


def main() -> None:
    # mail-parser warns about each attached calendar entry.
    logging.disable(logging.WARNING)
    url, data, *mail_folders = sys.argv[1:]
    folders = [pathlib.Path(folder) for folder in mail_folders]
    password = pathlib.Path(data, "demo-password").read_text().strip()
    guest = Client(url).signed_in("ada@em-connect.example", password)
    ask_for_the_address_of("organizer@em-connect.example", guest, password, folders[0])
    mails = {kind: path.read_bytes() for kind, path in sorted(one_of_each_kind(folders).items())}
    for kind, mail in mails.items():
        judge_mail(kind, mail)
    judge_pictures(mails)
    judge_ticket(guest)
    judge.end()


if __name__ == "__main__":
    main()
