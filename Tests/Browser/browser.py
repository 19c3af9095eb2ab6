#!/usr/bin/python3
"""A chief's desk in real Chromium, over TLS: the browser gets a key by a one-time code, logs in with key and password,
and neither a password alone, nor a script, nor another site gets in.

usage: browser.py --gateway BINARY
"""
import argparse, csv, functools, http.server, pathlib, shutil, socket, subprocess, sys, tempfile, threading, time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

EXPORT = """
const done = arguments[0], opening = indexedDB.open("patrol", 1);
opening.onsuccess = () => {
  const asked = opening.result.transaction("keys").objectStore("keys").get("device");
  asked.onsuccess = () => crypto.subtle.exportKey("jwk", asked.result.privateKey).then(() => done("taken"), (e) => done(e.name));
};
"""
ELSEWHERE = """<!doctype html><title>elsewhere</title>
<form method="post" action="{gateway}{path}">{fields}</form><script>document.forms[0].submit()</script>"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Desk:
    """A browser with a profile of its own."""

    def __init__(self, folder, gateway):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=en", "--ignore-certificate-errors",
                     f"--user-data-dir={folder}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_page_load_timeout(60)
        self.driver.set_script_timeout(60)
        self.gateway = gateway

    def open(self, path):
        self.driver.get(self.gateway + path)

    def submit(self, **fields):
        """Fills the page's form in and sends it, as a person does; returns when the next page stands."""
        form = self.driver.find_element(By.CSS_SELECTOR, "main form")
        for name, value in fields.items():
            form.find_element(By.NAME, name).send_keys(value)
        return self.leaving(lambda: form.find_element(By.CSS_SELECTOR, "button[type=submit]").click())

    def leaving(self, act):
        page = self.driver.find_element(By.TAG_NAME, "html").id
        act()
        WebDriverWait(self.driver, 60).until(
            lambda driver: driver.find_element(By.TAG_NAME, "html").id != page
            and driver.execute_script("return document.readyState") == "complete")
        return self.path

    @property
    def path(self):
        address = self.driver.current_url
        return address[len(self.gateway):] if address.startswith(self.gateway) else address

    @property
    def problem(self):
        found = self.driver.find_elements(By.CSS_SELECTOR, ".problem[role=alert]")
        return found[0].text if found else None

    @property
    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def cookie(self):
        return self.driver.get_cookie("patrol_session")

    def complaints(self):
        """What the console complained of, but for answers that a refusal has by its nature."""
        return [line["message"] for line in self.driver.get_log("browser")
                if line["level"] == "SEVERE" and "Failed to load resource" not in line["message"]]


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """Another site, whose page sends a form to the gateway."""

    def __init__(self, gateway, *arguments):
        self.gateway = gateway
        super().__init__(*arguments)

    def do_GET(self):
        fields = "".join(f'<input name="{name}" value="x">' for name in ("name", "password", "old", "new", "again", "code"))
        body = ELSEWHERE.format(gateway=self.gateway, path=self.path, fields=fields).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def __call__(self, what, is_so, *seen):
        self.passed, self.failed = self.passed + bool(is_so), self.failed + (not is_so)
        print(f"{'ok' if is_so else 'FAILED'}: {what}", *([] if is_so else seen), flush=True)


def serve(gateway, folder, port):
    chain, key = folder / "gateway.pem", folder / "gateway.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=gateway",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", chain], check=True, capture_output=True)
    process = subprocess.Popen([gateway, "serve", "--data", folder / "data", "--port", str(port), "--log-level", "warning", "--tls-certificate", chain,
                                "--tls-key", key, "--public-url", f"https://localhost:{port}", "--session-hours", "1"])
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return process
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the gateway did not start")


def enrolling(desk, chief, check):
    login = dict(name=chief["name"], password=chief["password"])
    desk.open("/login")
    desk.submit(**login)
    check("a password alone opens nothing", desk.path == "/login" and desk.problem and not desk.cookie(), desk.path, desk.problem)
    desk.open("/enrol")
    desk.submit(code="WRONGCODE")
    check("a wrong code is told as such", desk.path == "/enrol" and "code" in (desk.problem or "").lower(), desk.problem)
    desk.open("/enrol")
    desk.submit(code=chief["enrolment"])
    check("the text of the QR code enrols the browser", desk.path == "/login" and not desk.problem, desk.path, desk.problem)
    check("the key cannot be taken out by a script", (name := desk.driver.execute_async_script(EXPORT)) == "InvalidAccessError", name)
    desk.submit(name=chief["name"], password="Wrong-password-1")
    check("the key alone opens nothing", desk.path == "/login" and desk.problem and not desk.cookie(), desk.path, desk.problem)
    desk.submit(**login)
    check("key and password open the coverage", desk.path.startswith("/coverage") and "%" in desk.text, desk.path, desk.problem)


def session(desk, check):
    cookie = desk.cookie() or {}
    check("the cookie is HttpOnly, Secure and of this site only",
          cookie.get("httpOnly") and cookie.get("secure") and cookie.get("sameSite") == "Strict", cookie)
    check("no script sees it", "patrol_session" not in desk.driver.execute_script("return document.cookie"))
    desk.open("/login")
    desk.open("/coverage")
    check("it lasts from page to page", desk.path == "/coverage")


def other_sites(desk, elsewhere, check):
    for path in ("/logout", "/password", "/login", "/enrol"):
        desk.driver.get(f"http://127.0.0.1:{elsewhere}{path}")
        WebDriverWait(desk.driver, 60).until(lambda driver: driver.title != "elsewhere")
        # SameSite keeps the cookie at home; where none is needed, the form itself is refused.
        refused = any(code in desk.text for code in ("cross-site", "login-required")) or desk.path.startswith("/login")
        check(f"another site's form to {path} does nothing", refused, desk.text[:200])
    desk.open("/coverage")
    check("and the login lives on", desk.path == "/coverage", desk.path)


def another_browser(folder, desk, chief, check):
    other = Desk(folder, desk.gateway)
    try:
        other.open("/login")
        other.submit(name=chief["name"], password=chief["password"])
        check("another browser with the right password stays outside", other.path == "/login" and other.problem, other.path)
        other.open("/enrol")
        other.submit(code=chief["enrolment"])
        check("and the code works only once", other.path == "/enrol" and other.problem, other.path)
    finally:
        other.driver.quit()


def leaving(desk, chief, check):
    token = (desk.cookie() or {}).get("value")
    button = desk.driver.find_element(By.CSS_SELECTOR, "header form button")
    path = desk.leaving(button.click)
    check("logging out leads to the login", path == "/login" and not desk.cookie(), path)
    desk.driver.add_cookie({"name": "patrol_session", "value": token, "secure": True, "httpOnly": True, "sameSite": "Strict"})
    desk.open("/coverage")
    check("the old cookie opens nothing", desk.path.startswith("/login"), desk.path)
    desk.submit(name=chief["name"], password=chief["password"])
    check("the same browser logs in again", desk.path.startswith("/coverage"), desk.path, desk.problem)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gateway", required=True, type=pathlib.Path)
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="browser-"))
    port, gateway = free_port(), None
    address = f"https://localhost:{port}"
    subprocess.run([options.gateway, "demo-data", "--data", folder / "data", "--accounts", folder / "accounts.csv", "--gateway", address],
                   check=True, stdout=subprocess.DEVNULL)
    accounts = csv.DictReader(open(folder / "accounts.csv", encoding="utf-8-sig"))
    chief = next(account for account in accounts if account["role"] == "stationChief")
    elsewhere = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Elsewhere, address))
    threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
    check, desk = Checks(), None
    try:
        gateway = serve(options.gateway, folder, port)
        desk = Desk(folder / "profile", address)
        enrolling(desk, chief, check)
        session(desk, check)
        other_sites(desk, elsewhere.server_port, check)
        another_browser(folder / "other", desk, chief, check)
        leaving(desk, chief, check)
        check("the console complains of nothing", not (lines := desk.complaints()), lines)
    finally:
        if desk:
            desk.driver.quit()
        if gateway:
            gateway.terminate()
            gateway.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
    print(f"browser: {check.passed} passed, {check.failed} failed")
    sys.exit(1 if check.failed else 0)


if __name__ == "__main__":
    main()
