"""Pictures of every main page, in both languages, wide and narrow: taken by Chromium over its DevTools protocol.

Runs under Odoo's Python, whose environment has the websocket client and Pillow.
"""

import base64
import io
import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
SIZES = {"wide": (1400, 900), "narrow": (390, 844)}
LANGUAGES = {"en": "en_US", "zh": "zh_CN"}
COLOURS = 64
VISITOR = ""  # who logs in as nobody
# name: (who looks, path); {review} and the like are ids that the story prints
PAGES = {
    "order_blocked": ("sales", "/odoo/action-sale.action_orders/{blocked}"),
    "review_to_answer": ("production", "/odoo/order-reviews/{running}"),
    "review_problem": ("engineering", "/odoo/order-reviews/{problem}"),
    "review_changed": ("production", "/odoo/order-reviews/{edited}"),
    "review_approved": ("sales", "/odoo/order-reviews/{done}"),
    "reviews": ("salesmanager", "/odoo/order-reviews"),
    "issue": ("sales", "/odoo/requirement-ledger/{issue}"),
    "requirement_ledger": ("salesmanager", "/odoo/requirement-ledger"),
    "analysis": ("salesmanager", "/odoo/order-review-analysis"),
    "duties": ("quality", "/odoo/assurance-duties"),
    "approvals": ("production", "/odoo/assurance-approvals"),
    "deviations": ("quality", "/odoo/assurance-deviations"),
    "deviation": ("quality", "/odoo/assurance-deviations/{deviation}"),
    "clauses": ("admin", "/odoo/assurance-clauses"),
    "gate": ("admin", "/odoo/action-quality_service_guard.guard_gate_action/{gate}"),
    "settings": ("admin", "/odoo/action-quality_service_guard.res_config_settings_action"),
    "approval": ("production", "/odoo/assurance-approvals/{request}"),
    "conditions": ("engineering", "/odoo/assurance-conditions"),
    "condition": ("sales", "/odoo/assurance-conditions/{condition}"),
    "delivery": ("admin", "/odoo/action-stock.action_picking_tree_all/{delivery}"),
    "delegations": ("quality", "/odoo/assurance-delegations"),
    "delegation": ("quality", "/odoo/assurance-delegations/{delegation}"),
    "dashboard": ("admin", "/odoo/dashboards?dashboard_id={dashboard}"),
    "portal_held": (VISITOR, "/my/orders/{held}?access_token={held_token}"),
    "no_duty": ("admin", "/odoo/assurance-duties"),
    "feasibility": ("production", "/odoo/order-reviews/{displaces}"),
    "what_if": ("production", "/odoo/order-reviews/{displaces}"),
    "feasibility_steps": ("production", "/odoo/feasibility-analysis/{late_line}"),
    "feasibility_load": ("production", "/odoo/feasibility/{late_reckoning}"),
    "reserved_capacity": ("salesmanager", "/odoo/reserved-capacity"),
    "reserved_calendar": ("production", "/odoo/reserved-capacity?view_type=calendar"),
    "feasibility_analysis": ("salesmanager", "/odoo/feasibility-analysis"),
}
WIDE_ONLY = ("reserved_calendar",)  # a telephone shows the list as cards
# what is done on a page before its picture is taken, and what is waited for then
SCROLL = """(() => {{
    const part = document.querySelector("{part}");
    part.style.scrollMarginTop = "60px"; // below the buttons that stay
    part.scrollIntoView();
}})()"""
DEEDS = {
    "feasibility": (SCROLL.format(part="div[name=feasibility]"), "true"),
    "what_if": (
        "document.querySelector('button[name=action_what_if]').click()",
        "!!document.querySelector('.modal .o_form_view')",
    ),
    "feasibility_load": (SCROLL.format(part=".o_guard_load"), "true"),
    # what is reserved lies in the weeks to come
    "reserved_calendar": (
        """(async () => {
            for (let week = 0; week < 8 && !document.querySelector(".fc-event"); week++) {
                document.querySelector(".o_calendar_button_next").click();
                await new Promise((resolve) => setTimeout(resolve, 1500));
            }
        })()""",
        "!!document.querySelector('.fc-event')",
    ),
}
# the page is there and nothing is loading any more
SETTLED = """
    !!document.querySelector(".o_action_manager .o_view_controller, .o_action_manager .o_spreadsheet_dashboard_action")
    && !document.querySelector(".o_blockUI, .o_view_sample_data .o_loading, .o_form_button_save:not(.invisible *):focus")
    && !document.querySelector(".o_loading_indicator")
"""
PORTAL = "!!document.querySelector('#portal_sale_content')"


class Browser:
    """A headless Chromium with one page, spoken to by its DevTools protocol."""

    def __init__(self):
        import websocket  # of Odoo's environment

        self.folder = tempfile.mkdtemp(prefix="screens-")
        program = next(filter(None, map(shutil.which, BROWSERS)))
        command = [
            program,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
        ]
        command += [
            f"--user-data-dir={self.folder}",
            "--remote-debugging-port=0",
            "--remote-allow-origins=*",
            "about:blank",
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port_file = Path(self.folder) / "DevToolsActivePort"
        self._wait(lambda: port_file.exists() and port_file.read_text().count("\n"), "Chromium did not start")
        port = port_file.read_text().split("\n")[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=10) as answer:
            pages = json.load(answer)
        address = next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page")
        self.socket = websocket.create_connection(address, timeout=60)
        self.numbers = itertools.count(1)
        self.call("Page.enable")

    def call(self, method, **parameters):
        """Send one command and wait for its answer; events between are left out."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def evaluate(self, expression):
        """The value of a JavaScript expression on the page."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        return result["result"].get("value")

    def size(self, width, height):
        """Set the window; a narrow one is a telephone that is touched."""
        narrow = width < 768
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=narrow)
        self.call("Emulation.setTouchEmulationEnabled", enabled=narrow)

    def login(self, base, login):
        """Log in as a user whose password is the login, as those of the demo company; or be a visitor."""
        self.call("Network.clearBrowserCookies")
        if login == VISITOR:
            return
        self.open(f"{base}/web/login", "!!document.querySelector('#login')")
        self.evaluate(
            f"""document.querySelector('#login').value = document.querySelector('#password').value = {json.dumps(login)};
            document.querySelector('form.oe_login_form').submit();"""
        )
        self._wait(
            lambda: self.evaluate("!!document.querySelector('.o_web_client .o_main_navbar')"), f"{login}: no login"
        )

    def speak(self, login, language, base):
        """Choose the language of the user who is logged in, or of the visitor."""
        if login == VISITOR:
            self.call("Network.setCookie", name="frontend_lang", value=language, url=base)
            return
        self.evaluate(
            f"""(async () => {{
                const call = (url, params) => fetch(url, {{
                    method: "POST", headers: {{"Content-Type": "application/json"}}, body: JSON.stringify({{params}}),
                }}).then((answer) => answer.json());
                const session = await call("/web/session/get_session_info", {{}});
                await call("/web/dataset/call_kw/res.users/write", {{
                    model: "res.users", method: "write", args: [[session.result.uid], {{lang: "{language}"}}], kwargs: {{}},
                }});
            }})()"""
        )

    def open(self, url, settled=SETTLED):
        """Go to a page and wait until it stands."""
        self.call("Page.navigate", url=url)
        self._wait(
            lambda: self.evaluate(f"document.readyState === 'complete' && ({settled})"), f"{url} does not settle"
        )
        time.sleep(0.8)  # transitions, and errors that come late
        if error := self.evaluate("document.querySelector('.o_error_dialog')?.textContent"):
            raise RuntimeError(f"{url}: {error}")

    def do(self, deed, done):
        """Do something on the page, and wait until its outcome stands."""
        self.evaluate(deed)
        self._wait(lambda: self.evaluate(done), f"{deed} leads nowhere")
        time.sleep(0.8)

    def picture(self):
        """The window as PNG with few colours: pictures of text need no more, and the repository stays small."""
        from PIL import Image  # of Odoo's environment

        raw = base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])
        target = io.BytesIO()
        image = Image.open(io.BytesIO(raw)).convert("RGB")
        image.quantize(COLOURS, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
        return target.getvalue()

    def close(self):
        """End the browser and forget its profile."""
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def _wait(condition, complaint, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise RuntimeError(complaint)
            time.sleep(0.2)


def take(base, folder, ids, wanted=()):
    """Take all pictures, or those whose page is named.

    :param ids: numbers of the story's records by name
    """
    browser = Browser()
    try:
        for login in dict.fromkeys(who for who, _path in PAGES.values()):
            pages = {
                name: path for name, (who, path) in PAGES.items() if who == login and (not wanted or name in wanted)
            }
            if not pages:
                continue
            browser.size(*SIZES["wide"])
            browser.login(base, login)
            for short, language in LANGUAGES.items():
                browser.speak(login, language, base)
                for size, (width, height) in SIZES.items():
                    browser.size(width, height)
                    for name, path in pages.items():
                        if size == "narrow" and name in WIDE_ONLY:
                            continue
                        browser.open(base + path.format(**ids), *([PORTAL] if login == VISITOR else []))
                        if name in DEEDS:
                            browser.do(*DEEDS[name])
                        (folder / f"{name}_{size}_{short}.png").write_bytes(browser.picture())
                        print(f"  {name}_{size}_{short}.png", flush=True)
    finally:
        browser.close()


def main(base, folder, ids, *wanted):
    """Entry under Odoo's Python."""
    take(base, Path(folder), json.loads(ids), wanted)


if __name__ == "__main__":
    main(*sys.argv[1:])
