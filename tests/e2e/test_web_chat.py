"""A person in a browser in front of the shipped process."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.process import Smoody, start
from tests.integration.loopback.spotify import CLIENT_ID

pytestmark = pytest.mark.filterwarnings("default::ResourceWarning")  # Playwright's own pipes, closed by its driver


async def say(page: Page, text: str) -> None:
    await page.get_by_role("textbox").fill(text)
    await page.get_by_role("textbox").press("Enter")


async def newest_titles(page: Page) -> list[str]:
    answer = page.locator("ol.cards").last
    await expect(answer.get_by_role("article")).to_have_count(5)
    return await answer.get_by_role("heading").all_inner_texts()


async def test_three_sentences_become_five_fitting_cards_each(page: Page) -> None:
    await expect(page.get_by_role("log")).to_contain_text("스무디")
    for number, (sentence, emotion) in enumerate(
        [
            ("오늘 면접 망해서 너무 속상해", "슬픔"),
            ("드디어 시험 끝나서 너무 신나!", "기쁨"),
            ("내일 발표라 너무 불안하고 떨려", "불안"),
        ],
        start=1,
    ):
        await say(page, sentence)
        await expect(page.locator("ol.cards")).to_have_count(number)
        await expect(page.get_by_role("log")).to_contain_text(f"‘{emotion}’")
        assert len(set(await newest_titles(page))) == 5


async def test_every_card_has_art_links_and_a_reason(page: Page) -> None:
    await say(page, "오늘 면접 망해서 너무 속상해")
    await newest_titles(page)
    for card in await page.get_by_role("article").all():
        await expect(card.get_by_role("img")).to_be_visible()
        assert (await card.get_by_role("link").nth(0).get_attribute("href") or "").startswith(
            "https://open.spotify.com/track/"
        )
        assert (await card.get_by_role("link").nth(1).get_attribute("href") or "").startswith(
            "https://www.youtube.com/results?search_query="
        )
        await expect(card).to_contain_text("% 어울려요")


async def test_an_example_can_be_pressed_and_every_button_answers(page: Page) -> None:
    await page.get_by_role("button", name="오늘 면접 망해서 너무 속상해").click()
    seen = await newest_titles(page)
    for number, button in enumerate(["다른 곡", "더 신나게", "더 차분하게"], start=2):
        await page.get_by_role("button", name=button, exact=True).last.click()
        await expect(page.locator("ol.cards")).to_have_count(number)
        titles = await newest_titles(page)
        assert not set(titles) & set(seen)
        seen += titles
    first = page.locator("ol.cards").last.get_by_role("article").first
    like = first.get_by_role("button", name="좋아요")
    await like.click()
    await expect(like).to_have_attribute("aria-pressed", "true")
    await first.get_by_role("button", name="별로예요").click()
    await expect(like).to_have_attribute("aria-pressed", "false")
    await first.get_by_role("button", name="비슷한 곡").click()
    await expect(page.locator("ol.cards")).to_have_count(5)
    assert len(await newest_titles(page)) == 5


async def test_nasty_input_is_answered_and_shown_as_text(page: Page) -> None:
    await say(page, "<img src=x onerror=alert(1)> 너무 슬퍼")
    await newest_titles(page)
    await expect(page.get_by_role("log")).to_contain_text("<img src=x onerror=alert(1)>")
    await say(page, "ㅠ" * 300_000)
    await expect(page.get_by_role("log")).to_contain_text("안으로 들려주시겠어요")
    await expect(page.locator(".reply").last).to_be_in_viewport()


async def test_what_is_too_long_is_counted_and_stays_to_be_shortened(page: Page) -> None:
    field, hint, count = page.get_by_role("textbox"), page.locator("#hint"), page.locator("#count")
    await expect(page.get_by_role("log")).to_contain_text("스무디")
    await field.fill("힘들다 " * 220)
    await expect(hint).to_be_empty()
    await expect(count).to_be_empty()
    await field.fill("힘들다 " * 240)
    await expect(hint).to_be_empty()
    await expect(count).to_have_text("959 / 1,000")
    long = "오늘은 정말 힘들었어요. " * 100
    await field.fill(long)
    await expect(hint).to_have_text("조금 길어요. 한 번에 1,000자까지 들을 수 있어요.")
    await expect(field).to_have_accessible_description("조금 길어요. 한 번에 1,000자까지 들을 수 있어요.")
    await field.press("Enter")
    await expect(page.locator(".reply").last).to_contain_text("안으로 들려주시겠어요")
    await expect(page.locator(".reply").last).to_be_in_viewport(ratio=0.9)
    await expect(field).to_have_value(long)
    await say(page, "오늘은 정말 힘들었어요.")
    await expect(field).to_have_value("")
    await expect(hint).to_be_empty()
    await expect(count).to_be_empty()


async def test_a_long_cry_for_help_is_answered_with_care_however_long_it_is(page: Page) -> None:
    await say(page, "오늘은 정말 힘들었어요. " * 100 + "이제 그만 죽고 싶어")
    await expect(page.locator(".reply[data-kind=care]")).to_be_visible()
    await expect(page.get_by_role("textbox")).to_have_value("")


async def test_while_the_server_is_away_nothing_typed_is_lost_and_it_is_sent_when_the_server_is_back(
    page: Page, smoody: Smoody, address: str, data_dir: Path
) -> None:
    field, notice = page.get_by_role("textbox"), page.locator("#notice")
    await say(page, "오늘 면접 망해서 너무 속상해")
    await newest_titles(page)
    await field.press_sequentially("드디어 시험 ")
    await asyncio.to_thread(smoody.stop)
    await expect(notice).to_have_text("연결이 끊겼어요. 다시 연결하고 있어요…")
    await field.press_sequentially("끝나서 너무 신나!")
    await field.press("Enter")
    await expect(field).to_have_value("드디어 시험 끝나서 너무 신나!")
    await expect(page.locator(".listener")).to_have_count(1)
    port = str(urlsplit(address).port)
    again = await asyncio.to_thread(start, data_dir, "--only", "web", SMOODY_WEB__PORT=port)
    try:
        await expect(page.locator("ol.cards")).to_have_count(2, timeout=45_000)
        await expect(page.locator(".listener").last).to_contain_text("드디어 시험 끝나서 너무 신나!")
        await expect(field).to_have_value("")
        await expect(notice).not_to_contain_text("끊겼어요")
    finally:
        await asyncio.to_thread(again.stop)


SLOWLY = """
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (packet) {
  setTimeout(() => send.call(this, packet), packet.startsWith("42") ? 600 : 0);
};
"""


async def make_slow(page: Page) -> None:
    """Open the page again, on a way so long that each answer takes 600 ms."""
    await page.add_init_script(SLOWLY)
    await page.reload()
    await expect(page.locator(".reply")).to_have_count(1)


async def test_what_is_said_twice_in_a_hurry_is_answered_twice(page: Page) -> None:
    await make_slow(page)
    await say(page, "오늘 면접 망해서 너무 속상해")
    await newest_titles(page)
    await say(page, "다른 곡")
    await say(page, "다른 곡")
    await expect(page.locator("ol.cards")).to_have_count(3)
    await say(page, "고마워")
    await say(page, "고마워")
    await expect(page.locator(".listener")).to_have_count(5)
    await expect(page.get_by_role("textbox")).to_have_value("")
    await expect(page.locator(".reply[data-kind=text]")).to_have_count(2)


async def test_a_long_text_that_is_entered_twice_in_a_hurry_is_sent_once(page: Page) -> None:
    await make_slow(page)
    await say(page, "오늘은 정말 힘들었어요. " * 100)
    await page.get_by_role("textbox").press("Enter")
    await expect(page.locator(".reply").last).to_contain_text("안으로 들려주시겠어요")
    await page.wait_for_timeout(300)
    await expect(page.locator(".listener")).to_have_count(1)


QUICKLY = """async (buttons) => {
  for (const button of buttons) {
    button.click();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}"""


async def test_votes_in_quick_succession_all_count_before_what_was_said_after_them(page: Page) -> None:
    await make_slow(page)
    await say(page, "오늘 면접 망해서 너무 속상해")
    await newest_titles(page)
    likes = page.get_by_role("button", name="좋아요")
    await likes.evaluate_all(QUICKLY)
    await say(page, "다른 곡")
    await expect(page.locator("ol.cards")).to_have_count(2, timeout=10_000)
    chosen = page.locator("ol.cards").first.locator("[aria-pressed=true]")
    await expect(chosen).to_have_count(5)
    for button in await chosen.all():
        await expect(button).to_have_accessible_name("좋아요")


async def test_what_is_said_after_quick_changes_of_settings_waits_for_them_and_is_answered_last(page: Page) -> None:
    await make_slow(page)
    await page.get_by_role("button", name="메뉴").click()
    await page.get_by_role("menuitem", name="설정").click()
    settings = page.locator(".reply[data-kind=settings]")
    shops = settings.get_by_role("button", name="멜론 링크").or_(settings.get_by_role("button", name="지니 링크"))
    await expect(shops).to_have_count(2)
    await shops.or_(settings.get_by_role("button", name="벅스 링크")).evaluate_all(QUICKLY)
    await say(page, "오늘 면접 망해서 너무 속상해")
    await newest_titles(page)
    for name in ("멜론", "지니", "벅스"):
        await expect(page.get_by_role("article").first.get_by_role("link", name=name)).to_be_visible()
    await page.wait_for_timeout(1_500)  # what would come late
    await expect(settings).to_have_count(1)
    await expect(settings.get_by_role("button")).to_have_count(0)
    await expect(page.locator(".turn").last.get_by_role("article")).to_have_count(5)


async def test_a_page_that_is_opened_again_shows_the_last_five(page: Page) -> None:
    await say(page, "오늘 면접 망해서 너무 속상해")
    titles = await newest_titles(page)
    await page.reload()
    await expect(page.locator(".turn.reply")).to_contain_text("다시 오셨네요")
    assert await newest_titles(page) == titles


async def test_the_page_obeys_its_own_policy_and_loads_nothing_from_elsewhere(page: Page, address: str) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    await page.reload()
    await say(page, "오늘 면접 망해서 너무 속상해")
    await newest_titles(page)
    assert said == []
    assert all(url.startswith(address) for url in asked)


async def test_it_fits_a_small_screen_and_speaks_english(page: Page, address: str) -> None:
    await page.goto(f"{address}?lang=en")
    await say(page, "I messed up my interview and feel so sad today")
    await newest_titles(page)
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.get_by_role("button", name="Other tracks").last).to_be_visible()


async def test_it_works_with_the_keyboard_alone(page: Page) -> None:
    await expect(page.get_by_role("textbox")).to_be_focused()
    await page.keyboard.type("너무 슬프다")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("정말")
    await page.keyboard.press("Enter")
    await newest_titles(page)
    await page.get_by_role("button", name="다른 곡").last.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("ol.cards")).to_have_count(2)


async def test_what_has_the_focus_never_lies_behind_the_form(page: Page) -> None:
    await page.emulate_media(reduced_motion="reduce")  # no scrolling that still goes on
    await say(page, "오늘 면접 망해서 너무 속상해")
    await newest_titles(page)
    form = await page.locator("form").bounding_box()
    assert form is not None
    await page.locator(".card a").first.focus()
    while await page.evaluate("document.activeElement.closest('.card') !== null"):
        lower = await page.evaluate("document.activeElement.getBoundingClientRect().bottom")
        assert lower <= form["y"]
        await page.keyboard.press("Tab")


async def test_the_conversation_is_the_main_part_of_the_page(page: Page) -> None:
    await expect(page.get_by_role("main").get_by_role("log", name="스무디와 나눈 대화")).to_contain_text("스무디")


@pytest.fixture
async def friend(browser: Browser, data_dir: Path) -> AsyncIterator[Page]:
    """The page of somebody who may have playlists made, opened by another name than the server calls itself."""
    with socket.socket() as probe:  # the address that Spotify sends back to must be known before
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    smoody = await asyncio.to_thread(
        start,
        data_dir,
        SMOODY_WEB__PORT=str(port),
        SMOODY_SPOTIFY__CLIENT_ID=CLIENT_ID,
        SMOODY_SPOTIFY__PLAYLISTS_FOR="web:a-friend",
    )
    try:
        await asyncio.to_thread(smoody.wait_for, r"^Open http://127\.0\.0\.1:")
        context = await browser.new_context(locale="ko-KR", base_url=f"http://localhost:{port}")
        await context.add_cookies([{"name": "smoody", "value": "a-friend", "url": f"http://localhost:{port}"}])
        page = await context.new_page()
        await page.goto("/")
        yield page
    finally:
        await asyncio.to_thread(smoody.stop)


async def test_the_way_to_a_playlist_is_shown_whatever_name_the_page_was_opened_by(friend: Page) -> None:
    await say(friend, "오늘 면접 망해서 너무 속상해")
    await newest_titles(friend)
    await friend.get_by_role("button", name="담아 가기").click()
    await friend.get_by_role("button", name="Spotify 재생목록으로").click()
    link = friend.get_by_role("link", name="Spotify 재생목록 만들기")
    await expect(link).to_have_attribute("href", re.compile(r"^http://127\.0\.0\.1:\d+/spotify/playlist\?order="))


async def test_what_is_told_of_a_playlist_looks_like_the_chat_and_leads_back_also_below_a_prefix(friend: Page) -> None:
    async def serve(route: Route) -> None:
        """As a proxy that has us below a path of its own."""
        asked = urlsplit(route.request.url)
        if not asked.path.startswith("/music/"):
            return await route.abort()
        ours = asked._replace(path=asked.path.removeprefix("/music")).geturl()
        return await route.fulfill(response=await route.fetch(url=ours))

    await friend.route("**", serve)
    await friend.goto("/music/spotify/playlist?error=access_denied")
    assert await friend.locator("header img").evaluate("image => image.naturalWidth") > 0
    assert await friend.evaluate("document.styleSheets[0].cssRules.length") > 0
    back = friend.get_by_role("link", name="대화로 돌아가기")
    assert urlsplit(await back.evaluate("link => link.href")).path == "/music/"
