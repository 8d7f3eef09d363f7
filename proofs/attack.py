"""Attacks a server with demonstration data by tools of attackers: attack.py URL DATA DRHEADER

wapiti crawls the pages and tries what it finds; sqlmap tries each parameter of the API's lists and of the pages; drHEADer judges
headers. The server must stay ready, must not fail (no 5xx), and must have no finding. It prints a line for each judgement and
ends with exit code 1 if one is against us.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from api import Client
from judgement import judge

MODULES = "backup,blindsql,cookieflags,crlf,csp,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock,sql,ssrf,xss,xxe"
# Headers that our answers do not have, and why.
KNOWN = {
    "X-Frame-Options": "frame-ancestors of the content security policy says it, and browsers prefer that",
    "X-XSS-Protection": "browsers have dropped the filter that it turns off",
    "Pragma": "a header of requests of HTTP/1.0",
    "Cache-Control": "public answers may be kept for a second; those for one person are private or no-store",
}
# Answers of the API are JSON with `nosniff`, which no browser shows as a page.
OF_PAGES = {"Content-Security-Policy", "Referrer-Policy"}


def scanned(url: str, folder: pathlib.Path) -> None:
    report = folder / "wapiti.json"
    limits = ["--max-scan-time", "5", "--max-parameters", "20", "--max-links-per-page", "30"]
    command = ["wapiti", "-u", f"{url}/", "-m", MODULES, "-f", "json", "-o", str(report), "--flush-session", "--no-bugreport", *limits]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, env={"HOME": str(folder), "PATH": "/usr/bin:/bin"})
    found = json.loads(report.read_text())
    findings = [
        f"{kind}: {finding['path']} {finding['info']}"
        for group in ("vulnerabilities", "anomalies")
        for kind, list_of in found[group].items()
        for finding in list_of
        if finding["info"].removesuffix(" is not set") not in KNOWN
    ]
    judge("wapiti", not findings, f"{len(findings)}: {findings[:5]}" if findings else f"{MODULES.count(',') + 1} modules")


def injected(name: str, url: str, folder: pathlib.Path, *options: str) -> None:
    """Lets sqlmap try every parameter of an address, and the place of `*` in it."""
    command = ["sqlmap", "-u", url, "--batch", "--level", "2", "--risk", "3", "--flush-session", "--disable-coloring", "--threads", "4"]
    command += ["--answers", "URI=Y", "--ignore-code", "*", "--output-dir", str(folder / "sqlmap"), *options]
    said = subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout
    tried = said.count("does not seem to be injectable")
    failed = [line for line in said.splitlines() if line[:3].isdigit() and line.startswith("5")]
    is_safe = tried > 0 and "all tested parameters do not appear to be injectable" in said
    judge(f"sqlmap: {name}", is_safe and not failed, ", ".join([f"{tried} places", *failed]) if tried else said[-500:])


def headers(name: str, url: str, drheader: str, known: set[str]) -> None:
    said = subprocess.run([drheader, "scan", "single", url, "--output", "json"], capture_output=True, text=True).stdout
    findings = {finding["rule"] for finding in json.loads(said)} - known
    judge(f"drHEADer: {name}", not findings, ", ".join(sorted(findings)))


def main() -> None:
    url, data, drheader = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    organizer = Client(url).signed_in("organizer@em-connect.example", (data / "demo-password").read_text().strip())
    event = Client(url).call("/v1/events")["items"][0]
    card = f"/embed/events/{event['id']}"
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        scanned(url, place)
        listed = "q=concert&category=music&tag=jazz&from=2026-01-01&to=2027-01-01"
        injected("the list's page", f"{url}/?{listed}&lang=de", place)
        injected("the list", f"{url}/v1/events?{listed}&limit=10", place)
        injected("an event's page", f"{url}/events/{event['id']}*?lang=de", place)
        injected("an event", f"{url}/v1/events/{event['id']}*", place)
        token = ["--header", f"Authorization: Bearer {organizer.token}"]
        people = f"{url}/v1/events/{event['id']}/registrations?q=ada&status=confirmed&limit=10"
        injected("people, signed in", people, place, *token)
        credentials = json.dumps({"email": "nobody@example.org", "password": "*"})
        injected(
            "signing in",
            f"{url}/v1/auth/login",
            place,
            "--method",
            "POST",
            "--data",
            credentials,
            "--header",
            "Content-Type: application/json",
        )
    for name, path in (("list", "/"), ("event", f"/events/{event['id']}"), ("app", "/app/sign-in"), ("scanner", "/scan"), ("card", card)):
        headers(name, url + path, drheader, set(KNOWN))
    headers("API", f"{url}/v1/events", drheader, set(KNOWN) | OF_PAGES)
    judge("the server is ready afterwards", bool(Client(url).fetch("/health/ready")))
    judge.end()


if __name__ == "__main__":
    main()
