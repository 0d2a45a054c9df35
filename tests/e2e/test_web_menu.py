"""A person who looks after their own settings, diary and data in a browser, in front of the shipped process."""

import asyncio
import csv
import json

import pytest
from playwright.async_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.filterwarnings("default::ResourceWarning")  # Playwright's own pipes, closed by its driver


@pytest.fixture
def console(page: Page) -> list[str]:
    """What the browser complained about."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda problem: said.append(str(problem)))
    return said


async def choose(page: Page, entry: str) -> Locator:
    """Choose an entry of the menu; gives the answer."""
    answers = page.locator(".turn.reply")
    await expect(answers.first).to_be_visible()
    before = await answers.count()
    await page.get_by_role("button", name="메뉴").click()
    await page.get_by_role("menuitem", name=entry).click()
    await expect(answers).to_have_count(before + 1)
    return answers.last


async def say(page: Page, text: str) -> Locator:
    answers = page.locator(".turn.reply")
    await expect(answers.first).to_be_visible()
    before = await answers.count()
    await page.get_by_role("textbox").fill(text)
    await page.get_by_role("textbox").press("Enter")
    await expect(answers).to_have_count(before + 1)
    return answers.last


async def saved(page: Page, answer: Locator) -> tuple[str, bytes]:
    """The name and content of the file that comes with an answer."""
    async with page.expect_download() as begun:
        await answer.get_by_role("link", name="저장하기").click()
    download = await begun.value
    return download.suggested_filename, await asyncio.to_thread((await download.path()).read_bytes)


async def test_the_menu_is_used_with_the_keyboard_alone(page: Page) -> None:
    button, entries = page.get_by_role("button", name="메뉴"), page.get_by_role("menuitem")
    await expect(page.get_by_role("textbox")).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await expect(button).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(entries.first).to_be_focused()
    await expect(button).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("ArrowUp")
    await expect(entries.last).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(entries.first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(entries.first).to_be_hidden()
    await expect(button).to_be_focused()
    await expect(button).to_have_attribute("aria-expanded", "false")
    await page.keyboard.press("Enter")
    await expect(entries.first).to_be_focused()
    await page.keyboard.press("End")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(entries.first).to_be_hidden()
    await expect(page.locator(".listener").last).to_contain_text("내 데이터 받기")
    await expect(page.get_by_role("link", name="저장하기")).to_be_visible()


async def test_a_setting_changes_where_it_stands_and_keeps_the_focus(page: Page) -> None:
    settings = await choose(page, "설정")
    melon, korean = (settings.get_by_role("button", name=name) for name in ("멜론 링크", "한국어 노래만"))
    anything = settings.get_by_role("button", name="한국·해외 상관없음")
    await expect(anything).to_have_attribute("aria-pressed", "true")
    turns = await page.locator(".turn").count()
    await korean.focus()
    await page.keyboard.press("Enter")
    await expect(korean).to_have_attribute("aria-pressed", "true")
    await expect(anything).to_have_attribute("aria-pressed", "false")
    await expect(korean).to_be_focused()
    await melon.click()
    await expect(melon).to_have_attribute("aria-pressed", "true")
    assert await page.locator(".turn").count() == turns
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    cards = (await say(page, "오늘 면접 망해서 너무 속상해")).get_by_role("article")
    await expect(cards).to_have_count(5)
    for card in await cards.all():
        address = await card.get_by_role("link", name="멜론").get_attribute("href")
        assert (address or "").startswith("https://www.melon.com/search/")


async def test_each_setting_has_a_heading_that_is_also_read_as_the_name_of_its_choices(page: Page) -> None:
    settings = await choose(page, "설정")
    groups = settings.get_by_role("group")
    names = await settings.get_by_role("heading").all_inner_texts()
    assert {"답하는 언어", "노래 언어", "감정 달력", "들은 곡 기록", "기록 보관 기간", "카드에 더할 링크"} <= set(names)
    await expect(groups).to_have_count(len(names))
    for name in names:
        await expect(settings.get_by_role("heading", name=name, exact=True)).to_be_visible()
        await expect(settings.get_by_role("group", name=name, exact=True).get_by_role("button").first).to_be_visible()
    music = settings.get_by_role("group", name="노래 언어")
    assert await music.get_by_role("button").all_inner_texts() == ["한국·해외 상관없음", "한국어 노래만", "해외 노래만"]
    await expect(settings.get_by_role("group", name="카드에 더할 링크").get_by_role("button")).to_have_count(6)
    await expect(settings.get_by_role("button", name="나만 보기")).to_have_count(0)


async def test_the_headings_speak_the_language_of_the_choices(page: Page) -> None:
    settings = await choose(page, "설정")
    await settings.get_by_role("button", name="English").click()
    music = settings.get_by_role("group", name="Song language")
    await expect(music.get_by_role("button", name="Korean songs only")).to_be_visible()
    await expect(settings).to_have_attribute("lang", "en")


WATCH = """(button) => {
  window.changed = [];
  const tell = (records) => records.forEach(({ type, target, attributeName, oldValue, addedNodes }) => {
    const isRead = !target.parentElement.closest('[aria-live="off"]') && target.closest('[role=log], [role=status]');
    if (type === "childList" && addedNodes.length && isRead) window.changed.push("read aloud");
    if (target !== button || !attributeName?.startsWith("aria-")) return;
    const value = button.getAttribute(attributeName);
    if (value !== oldValue) window.changed.push(`${attributeName}=${value}`);
  });
  const all = { subtree: true, childList: true, attributes: true, attributeOldValue: true };
  new MutationObserver(tell).observe(document.body, all);
}"""


async def test_a_changed_setting_is_told_once_by_the_button_that_was_pressed(page: Page) -> None:
    settings = await choose(page, "설정")
    days = await settings.get_by_role("button", name="30일 보관").element_handle()
    assert days is not None
    await days.focus()
    await days.evaluate(WATCH)
    await page.keyboard.press("Enter")
    await expect(settings).to_contain_text("30일 동안 찾지 않으시면")
    assert await days.evaluate("button => button === document.activeElement")
    assert await page.evaluate("changed") == ["aria-pressed=true"]


QUICKLY = """async (buttons) => {
  for (const button of buttons) {
    button.click();
    await new Promise((resolve) => setTimeout(resolve));
  }
}"""


async def test_settings_pressed_in_quick_succession_all_count(page: Page) -> None:
    settings = await choose(page, "설정")
    shops = settings.get_by_role("group", name="카드에 더할 링크").get_by_role("button")
    await shops.evaluate_all(QUICKLY)
    for shop in await shops.all():
        await expect(shop).to_have_attribute("aria-pressed", "true")


FIRST_CHANGE_ASKS_FOR_HELP = """
const send = WebSocket.prototype.send;
let isFirst = true;
WebSocket.prototype.send = function (packet) {
  if (isFirst && packet.includes('"set"')) {
    packet = packet.replace('"set"', '"help"');
    isFirst = false;
  }
  send.call(this, packet);
};
"""


async def test_settings_that_another_answer_put_away_do_not_come_back_with_a_late_one(page: Page) -> None:
    await page.add_init_script(FIRST_CHANGE_ASKS_FOR_HELP)
    await page.reload()
    settings = await choose(page, "설정")
    turns = await page.locator(".reply").count()
    await settings.get_by_role("group", name="카드에 더할 링크").get_by_role("button").evaluate_all(QUICKLY)
    await expect(page.locator("[aria-disabled=true]")).to_have_count(0)
    await say(page, "오늘 면접 망해서 너무 속상해")
    await expect(page.locator(".reply")).to_have_count(turns + 2)
    await expect(page.locator(".reply[data-kind=settings]")).to_have_count(1)


async def test_settings_are_grouped_in_browsers_that_know_popovers_but_not_yet_how_to_group(page: Page) -> None:
    await page.add_init_script("delete Map.groupBy; delete Object.groupBy")
    await page.reload()
    music = (await choose(page, "설정")).get_by_role("group", name="노래 언어")
    await expect(music.get_by_role("button")).to_have_count(3)


async def test_a_choice_that_was_taken_back_with_a_finger_does_not_look_chosen(browser: Browser, address: str) -> None:
    context = await browser.new_context(
        locale="ko-KR", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    page = await context.new_page()
    await page.goto(address)
    settings = await choose(page, "설정")
    melon, genie = (settings.get_by_role("button", name=name) for name in ("멜론 링크", "지니 링크"))
    for is_chosen in ("true", "false"):
        await melon.tap()
        await expect(melon).to_have_attribute("aria-pressed", is_chosen)
    look = "button => [getComputedStyle(button).backgroundColor, getComputedStyle(button).borderColor]"
    assert await melon.evaluate(look) == await genie.evaluate(look)


async def test_a_list_to_take_along_can_be_followed(page: Page) -> None:
    await say(page, "오늘 면접 망해서 너무 속상해")
    await page.get_by_role("button", name="담아 가기").click()
    await page.get_by_role("button", name="글로").click()
    links = page.locator(".turn.reply").last.get_by_role("link")
    await expect(links).to_have_count(10)
    for link in await links.all():
        assert await link.get_attribute("href") == await link.inner_text()
        assert await link.get_attribute("rel") == "noopener noreferrer"


async def test_the_diary_is_a_picture_that_can_be_read_aloud_and_saved(page: Page, console: list[str]) -> None:
    await (await choose(page, "감정 달력")).get_by_role("button", name="감정 달력 시작하기").click()
    await expect(page.locator(".turn.reply[data-kind=settings]")).to_be_visible()
    await say(page, "드디어 시험 끝나서 너무 신나!")
    diary = await choose(page, "감정 달력")
    picture = diary.locator(".attachment").get_by_role("img")
    await expect(picture).to_have_js_property("naturalWidth", 1080)
    await expect(picture).to_be_in_viewport(ratio=1)
    assert "밝음" in (await picture.get_attribute("alt") or "")
    name, content = await saved(page, diary)
    assert name.endswith(".png")
    assert content.startswith(b"\x89PNG")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert console == []  # the page's policy lets its own pictures in


async def test_a_listener_takes_everything_along_and_then_has_it_forgotten(page: Page, console: list[str]) -> None:
    answer = await say(page, "오늘 면접 망해서 너무 속상해")
    titles = await answer.get_by_role("heading").all_inner_texts()
    await answer.get_by_role("button", name="담아 가기").click()
    await page.get_by_role("button", name="CSV").click()
    _, table = await saved(page, page.locator(".turn.reply").last)
    assert [row["title"].lstrip("'") for row in csv.DictReader(table.decode("utf-8-sig").splitlines())] == titles

    shown = await choose(page, "들은 곡 기록")
    assert set(await shown.get_by_role("heading").all_inner_texts()) == set(titles)
    name, content = await saved(page, await choose(page, "내 데이터 받기"))
    assert name.endswith(".json")
    assert len(json.loads(content)["shown"]) == 5
    assert "면접" not in content.decode()

    await choose(page, "모두 지우기")
    await say(page, "모두 지우기")
    _, content = await saved(page, await choose(page, "내 데이터 받기"))
    assert not json.loads(content).get("shown")
    assert await page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert console == []
