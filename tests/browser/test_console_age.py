"""What is past its shelf life: listed, shown with its age, confirmed with a click."""

from playwright.sync_api import Route, expect

from desk import Customer, DeskTest, api


class Age(DeskTest):
    def test_what_is_old_is_listed_and_confirmed_in_both_languages(self) -> None:
        for language in ("he", "en"):
            with self.subTest(language):
                self.confirms(language)

    def confirms(self, language: str) -> None:
        customer, other = Customer(), Customer()
        other.says("Hi")
        customer.says("Hi, my name is Noam Levi and I live in Haifa")
        customer.remembered("city")
        page = self.desk(language)
        page.route("**/v1/leads**", lambda route: self.date_back(route, customer.lead))
        self.addCleanup(page.unroute_all, behavior="ignoreErrors")
        page.reload()
        row = page.locator(f"[data-lead='{customer.lead}']")
        expect(row.get_by_text(self.said("leads.confirm", n="1"))).to_be_visible()
        only = self.button(page, "leads.onlyConfirm")
        only.click()
        expect(only).to_have_attribute("aria-pressed", "true")
        expect(page.locator(f"[data-lead='{other.lead}']")).to_have_count(0)
        row.click()
        field = self.field(page, "city")
        expect(field.get_by_text(self.said("memory.stale", n="800"))).to_be_visible()
        field.get_by_role("button", name=self.said("memory.stillRight")).click()
        expect(page.get_by_text(self.said("memory.confirmed"))).to_be_visible()
        expect(field.get_by_role("button", name=self.said("memory.stillRight"))).to_have_count(0)
        stands = api("GET", f"/leads/{customer.lead}")["customer_profile_json"]["city"]
        self.assertEqual((stands["value"], stands["source"]), ("Haifa", "manual"))

    # Two years do not pass in a test: what the API says of the town is dated back on its way.
    def date_back(self, route: Route, lead: str) -> None:
        if route.request.method != "GET":
            route.continue_()
            return
        response = route.fetch()
        headers = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
        if response.status != 200:
            route.fulfill(status=response.status, headers=headers)
            return
        body = response.json()
        city = body.get("customer_profile_json", {}).get("city")
        if city and city["source"] != "manual":
            city.update(state="stale", age_days=800)
        for row in body.get("leads", []):
            if row["lead"] == lead and self.is_old(lead):
                row["to_confirm"] = ["city"]
        route.fulfill(headers=headers, json=body)

    def is_old(self, lead: str) -> bool:
        return bool(api("GET", f"/leads/{lead}")["customer_profile_json"]["city"]["source"] != "manual")
