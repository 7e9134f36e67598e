"""What must hold in every framework: one story, told by each integration's test with its own app.

The app under test has `/` (public), `/me` (login required; the user's extension number), `/raises` (raises
LoginRequired for user 1), and Ringback's routes.
"""

from urllib.parse import urlsplit

from visitors import Visitor, csrf_in


class WebStory:
    """Subclasses give a fixture `transport`: an httpx2 transport that leads to the app."""

    def visitor(self, transport):
        return Visitor(transport)

    def test_a_user_logs_in_and_comes_back_to_where_they_were(self, local, transport):
        browser = self.visitor(transport)
        asked = browser.get("/me?x=1")
        assert (asked.status_code, asked.headers["Location"]) == (303, "/login?next=/me%3Fx%3D1")
        back = browser.log_in(local, local.user, asked.headers["Location"])
        assert (back.status_code, back.headers["Location"]) == (303, "/me?x=1")
        assert browser.get("/me?x=1").text == local.user.extension_number

    def test_two_users_do_not_mix(self, local, transport):
        one, other = self.visitor(transport), self.visitor(transport)
        one.log_in(local, local.user)
        other.log_in(local, local.admin)
        for _ in range(3):
            assert one.get("/me").text == local.user.extension_number
            assert other.get("/me").text == local.admin.extension_number
        assert self.visitor(transport).get("/me").status_code == 303

    def test_the_cookie_is_one_opaque_id_that_changes_at_login(self, local, transport):
        browser = self.visitor(transport)
        begun = browser.get("/login")
        assert "HttpOnly" in begun.headers["Set-Cookie"]
        assert "SameSite=Lax" in begun.headers["Set-Cookie"]
        (before,) = browser.cookies().values()
        callback = local.authorize(begun.headers["Location"], local.user)
        browser.get(callback)
        (after,) = browser.cookies().values()
        assert before != after
        assert len(after) == 43
        thief = self.visitor(transport)
        thief.http.cookies.set("ringback-5000", before)
        assert thief.get("/me").status_code == 303

    def test_logout_asks_for_a_token_revokes_and_kills_the_session(self, local, transport):
        browser = self.visitor(transport)
        browser.log_in(local, local.user)
        (cookie,) = browser.cookies().values()
        page = browser.get("/logout")
        assert page.status_code == 200
        assert browser.post("/logout", csrf_token="0" * 64).status_code == 400
        assert browser.post("/logout").status_code == 400
        assert browser.get("/me").text == local.user.extension_number
        assert not local.journal.find(path="/restapi/oauth/revoke")
        out = browser.post("/logout", csrf_token=csrf_in(page))
        assert (out.status_code, out.headers["Location"]) == (303, "/")
        assert browser.cookies() == {}
        assert browser.get("/me").status_code == 303
        assert len(local.journal.find(path="/restapi/oauth/revoke", status=200)) == 1
        again = self.visitor(transport)
        again.http.cookies.set("ringback-5000", cookie)
        assert again.get("/me").status_code == 303

    def test_a_callback_counts_in_its_own_browser_and_once(self, local, transport):
        browser, other = self.visitor(transport), self.visitor(transport)
        begun = browser.get("/login").headers["Location"]
        callback = local.authorize(begun, local.user)
        other.get("/login")
        assert other.get(callback).status_code == 400
        assert browser.get(callback, headers={"Sec-Purpose": "prefetch"}).status_code == 503
        assert not local.journal.find(grant_type="authorization_code")
        assert browser.get(callback).status_code == 303
        assert browser.get(callback).status_code == 400
        assert len(local.journal.find(grant_type="authorization_code")) == 1
        assert browser.get("/me").text == local.user.extension_number

    def test_no_input_sends_a_browser_to_another_site(self, local, transport):
        for evil in (
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "evil",
            "",
        ):
            browser = self.visitor(transport)
            browser_answer = browser.http.get("/login", params={"next": evil})
            callback = local.authorize(browser_answer.headers["Location"], local.user)
            assert browser.get(callback).headers["Location"] == "/"

    def test_a_user_who_cancels_gets_a_page_and_is_not_logged_in(self, local, transport):
        browser = self.visitor(transport)
        page = browser.log_in(local, local.user, decision="cancel")
        assert page.status_code == 400
        assert "The login did not work" in page.text
        assert browser.get("/me").status_code == 303

    def test_a_login_that_ended_elsewhere_is_begun_again(self, local, transport, rc):
        browser = self.visitor(transport)
        browser.log_in(local, local.user)
        rc.user(local.user.extension_id).logout(everywhere=True)
        answer = browser.get("/me")
        assert answer.status_code == 303
        assert urlsplit(answer.headers["Location"]).path == "/login"
        browser.log_in(local, local.user)
        assert browser.get("/me").text == local.user.extension_number

    def test_a_login_that_the_server_ends_is_met_in_a_view(self, local, transport):
        browser = self.visitor(transport)
        browser.log_in(local, local.user)
        local.clock.advance(8 * 86_400)
        browser.http.cookies.set("x", "y")
        assert browser.get("/me").status_code == 303

    def test_what_is_not_a_page_for_people_gets_401(self, local, transport):
        browser = self.visitor(transport)
        assert browser.http.get("/me", headers={"Accept": "application/json"}).status_code == 401

    def test_a_view_that_raises_login_required_leads_to_the_login(self, local, transport):
        browser = self.visitor(transport)
        assert browser.get("/raises").headers["Location"] == "/login?next=/raises"
        told = browser.http.get("/raises", headers={"Accept": "application/json"})
        assert told.status_code == 401

    def test_pages_are_not_kept_and_not_framed(self, local, transport):
        browser = self.visitor(transport)
        browser.log_in(local, local.user)
        page = browser.get("/logout")
        assert page.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert len(page.headers.get_list("Content-Type")) == 1
