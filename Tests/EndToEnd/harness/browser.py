"""Headless Chromium, and what it noticed while a page was shown."""

import base64
import json
import time
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from .program import ROOT

SCREENSHOTS = ROOT / ".build/screenshots"


class Browser:
    """One Chromium; `fresh()` between tests forgets cookies and logs."""

    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                         "--disable-background-networking", "--disable-component-update",
                         "--no-first-run", "--window-size=1000,800", "--lang=en"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(20)

    def fresh(self):
        self.command("Network.clearBrowserCookies")
        self.driver.get("about:blank")
        self.noticed()

    def command(self, name: str, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    def open(self, url: str):
        self.driver.get(url)

    def find(self, selector: str):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    @property
    def text(self) -> str:
        return self.find("body").text

    @property
    def url(self) -> str:
        return self.driver.current_url

    def wait(self, condition, timeout: float = 10):
        return WebDriverWait(self.driver, timeout, 0.03).until(lambda _: condition())

    def button(self, label: str):
        """The button, or link, whose text is the label."""
        for element in self.all("button, input[type=submit], a"):
            if (element.text or element.get_attribute("value") or "").strip() == label:
                return element
        raise AssertionError(f"no button {label!r} on {self.url}:\n{self.text}")

    def press(self, label: str):
        self.button(label).click()

    def tab_to(self, matches, limit: int = 30):
        """Presses Tab until the focused element is the one; fails when it cannot be reached."""
        for _ in range(limit):
            focused = self.driver.switch_to.active_element
            if matches(focused):
                return focused
            focused.send_keys(Keys.TAB)
        raise AssertionError(f"not reachable by keyboard on {self.url}")

    def enter(self):
        self.driver.switch_to.active_element.send_keys(Keys.ENTER)

    def session(self, origin: str):
        """The session JSON; opened as a page, since the pages' own policy lets no script fetch it."""
        self.open(f"{origin}/auth/session")
        return json.loads(self.find("pre").text)

    def noticed(self) -> list[str]:
        """Console messages and foreign requests since the last call, oldest first."""
        lines = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] != "DEBUG"]
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = urlsplit(message["params"]["request"]["url"])
                if url.scheme in ("http", "https") and url.hostname not in ("localhost", "127.0.0.1"):
                    lines.append(f"external request: {url.geturl()}")
        return [line for line in lines if "/favicon.ico" not in line]

    def screenshot(self, name: str, scheme: str = "light", width: int = 1000, height: int = 800):
        """A PNG in .build/screenshots, in a colour scheme and a width."""
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height,
                     deviceScaleFactor=1, mobile=width < 600)
        time.sleep(0.05)  # one frame in the new layout
        shot = self.command("Page.captureScreenshot", format="png")
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        (SCREENSHOTS / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return self.driver.execute_script("return document.documentElement.scrollWidth - innerWidth;")

    def plain_view(self):
        self.command("Emulation.clearDeviceMetricsOverride")
        self.command("Emulation.setEmulatedMedia", features=[])

    def quit(self):
        self.driver.quit()
