import threading
from typing import Any

from support import FakeTime, RecipeTest

from labdeck import login, paths


class LoginTest(RecipeTest):
    def setUp(self) -> None:
        super().setUp()
        self.move_paths("LOGIN_TOKENS")
        paths.LOGIN_TOKENS.mkdir()
        self.clock: FakeTime = self.fake_time(login)

    def token(self) -> str:
        path, _, token = login.issue("admin").partition("?token=")
        self.assertEqual(path, login.PATH)
        return token

    def test_a_link_lets_in_once(self) -> None:
        token = self.token()
        self.assertEqual(login.redeem(token), "admin")
        self.assertIsNone(login.redeem(token))

    def test_a_link_is_good_for_a_minute(self) -> None:
        early, late = self.token(), self.token()
        self.clock.passed += 59
        self.assertEqual(login.redeem(early), "admin")
        self.clock.passed += 2
        self.assertIsNone(login.redeem(late))
        self.assertEqual(list(paths.LOGIN_TOKENS.iterdir()), [])

    def test_a_host_clock_that_steps_neither_ends_nor_extends_it(self) -> None:
        token, other = self.token(), self.token()
        self.clock.step_host_clock(86400)
        self.assertEqual(login.redeem(token), "admin")
        self.clock.step_host_clock(-2 * 86400)
        self.clock.passed += 61
        self.assertIsNone(login.redeem(other))

    def test_the_token_itself_is_nowhere_on_disk(self) -> None:
        token = self.token()
        (kept,) = paths.LOGIN_TOKENS.iterdir()
        self.assertNotIn(token, kept.name + kept.read_text())
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        # What is on disk lets nobody in.
        self.assertIsNone(login.redeem(kept.name))
        self.assertEqual(login.redeem(token), "admin")

    def test_old_ones_are_thrown_away_with_the_next(self) -> None:
        for _ in range(5):
            self.token()
        self.clock.passed += 61
        self.token()
        self.assertEqual(len(list(paths.LOGIN_TOKENS.iterdir())), 1)

    def test_of_many_who_come_at_once_with_one_link_one_is_let_in(self) -> None:
        for _ in range(20):
            token, let_in = self.token(), []
            gate = threading.Barrier(8)

            def come() -> None:
                gate.wait()
                let_in.append(login.redeem(token))

            threads = [threading.Thread(target=come) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(sorted(filter(None, let_in)), ["admin"])

    def test_what_is_no_token_lets_nobody_in(self) -> None:
        (self.folder / "secret").write_text('{"username": "admin", "expires": 1e12}')
        for text in ("", ".", "../secret", "/etc/passwd", "\0", "\u00e9" * 1000):
            self.assertIsNone(login.redeem(text))
        self.assertTrue((self.folder / "secret").exists())


class PageTest(RecipeTest):
    def setUp(self) -> None:
        super().setUp()
        self.move_paths("LOGIN_TOKENS")
        paths.LOGIN_TOKENS.mkdir()
        self.sessions: list[str] = []
        self.patch(login, "_session_cookies", self.session)
        self.patch(login, "_home", lambda: "/")
        self.application = login.with_login(lambda environ, start: [b"lava"])

    def session(self, _environ: dict[str, Any], username: str) -> list[str] | None:
        self.sessions.append(username)
        return ["session=1"] if username == "admin" else None

    def get(self, path: str, query: str = "", method: str = "GET") -> tuple[str, dict[str, str], bytes]:
        seen: list[Any] = []
        body = self.application({"PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": method}, lambda *answer: seen.extend(answer))
        return (seen[0], dict(seen[1]), b"".join(body)) if seen else ("", {}, b"".join(body))

    def test_a_link_leads_in_logged_in_and_into_no_cache_and_no_referrer(self) -> None:
        path, _, query = login.issue("admin").partition("?")
        status, headers, _ = self.get(path, query)
        self.assertEqual(status, "302 Found")
        self.assertEqual((headers["Location"], headers["Set-Cookie"]), ("/", "session=1"))
        self.assertEqual((headers["Cache-Control"], headers["Referrer-Policy"]), ("no-store", "no-referrer"))
        self.assertEqual(self.get(path, query)[0], "404 Not Found")
        self.assertEqual(self.sessions, ["admin"])

    def test_a_user_who_may_not_log_in_gets_no_session(self) -> None:
        path, _, query = login.issue("retired").partition("?")
        status, headers, _ = self.get(path, query)
        self.assertEqual(status, "404 Not Found")
        self.assertNotIn("Set-Cookie", headers)

    def test_only_a_visit_uses_a_link_up(self) -> None:
        path, _, query = login.issue("admin").partition("?")
        self.assertEqual(self.get(path, query, "HEAD")[0], "404 Not Found")
        self.assertEqual(self.get(path, query, "POST")[0], "404 Not Found")
        self.assertEqual(self.get(path, query)[0], "302 Found")

    def test_everything_else_is_lavas(self) -> None:
        for path in ("/", "/labdeck/loginx", "/labdeck/login/", "/accounts/login/"):
            self.assertEqual(self.get(path)[2], b"lava")
