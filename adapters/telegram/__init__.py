"""Telegram: the same conversation in private chats, groups and inline queries, over python-telegram-bot."""
