from bot.identity import Identities


def test_a_listener_is_the_same_for_the_same_secret_and_another_for_each_platform_id_and_secret() -> None:
    here, elsewhere = Identities(b"one"), Identities(b"two")
    assert here.listener("web", "1") == here.listener("web", "1")
    others = [
        here.listener("web", "2"),
        here.listener("discord", "1"),
        elsewhere.listener("web", "1"),
        here.conversation("web", "1"),
    ]
    assert len({here.listener("web", "1"), *others}) == 5
    assert len(here.listener("web", "1")) == 64
