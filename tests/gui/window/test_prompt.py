"""Typing in the whole program: what the model reads, earlier prompts, completion."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

Session = Any
Desk = Any
"""What conftest's fixtures give."""


def words_of(session: Session) -> str:
    return "\n".join(label.text() for label in session.panel.reading.findChildren(QLabel))


def test_an_unknown_word_is_marked_while_typing(desk: Desk) -> None:
    desk.save(model="starter")
    session = desk.open()
    session.panel.prompt.setFocus()
    QTest.keyClicks(session.panel.prompt, "a fox with a zeppelin in the snow")
    session.until(lambda: "The model does not know “zeppelin”" in words_of(session))
    assert "text-decoration:underline" in words_of(session)
    assert session.panel.draw_button.isEnabled()  # it may be drawn all the same
    session.change(prompt="a fox in the snow")
    session.until(lambda: "The model knows every word" in words_of(session))


def test_the_beginning_of_a_known_word_is_not_unknown_while_it_is_typed(desk: Desk) -> None:
    desk.save(model="starter")
    session = desk.open()
    prompt = session.panel.prompt
    prompt.setFocus()
    QTest.keyClicks(prompt, "a fox in the sno")
    session.until(lambda: "The model knows every word" in words_of(session))
    QTest.keyClick(prompt._popup, Qt.Key.Key_Escape)
    prompt.moveCursor(QTextCursor.MoveOperation.Start)
    session.until(lambda: "The model does not know “sno”" in words_of(session))
    prompt.moveCursor(QTextCursor.MoveOperation.End)
    session.until(lambda: "The model knows every word" in words_of(session))
    session.panel.count.button(4).setFocus()
    session.until(lambda: "The model does not know “sno”" in words_of(session))
    prompt.setFocus()
    QTest.keyClicks(prompt, "q")  # nothing that is known begins so
    session.until(lambda: "The model does not know “snoq”" in words_of(session))


def test_what_is_cut_is_said(session: Session) -> None:
    session.change(prompt="a very long prompt " * 12)
    session.until(lambda: "Too long" in words_of(session))
    assert "line-through" in words_of(session)


def test_up_and_down_bring_earlier_prompts_back(desk: Desk, session: Session) -> None:
    for words in ("a red boat", "a blue fox"):
        session.draw(words, image_count=1)
    session.close()
    session = desk.open()  # they are there after a restart
    prompt = session.panel.prompt
    session.change(prompt="")
    session.until(lambda: session.program.form.words.complete("a blu", 5).candidates)
    prompt.setFocus()
    shown = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(prompt, key)
        shown.append(session.program.form.create.form.prompt)
    assert shown == ["a blue fox", "a red boat", "a red boat", "a blue fox", ""]


def test_an_earlier_prompt_and_a_known_word_complete(desk: Desk) -> None:
    desk.save(model="starter")
    session = desk.open()
    prompt = session.panel.prompt
    session.until(lambda: session.program.form.words.complete("sno", 3).candidates)
    prompt.setFocus()
    QTest.keyClicks(prompt, "a fox in the sno")
    popup = prompt._popup
    session.until(popup.isVisible)
    QTest.keyClick(popup, Qt.Key.Key_Tab)
    assert prompt.prompt.startswith("a fox in the snow")
    assert not popup.isVisible()
    assert session.program.form.create.form.prompt == prompt.prompt
    session.program.form.words.remember("a unicorn in a teacup")
    session.change(prompt="")
    QTest.keyClicks(prompt, "a uni")
    session.until(popup.isVisible)
    QTest.keyClick(popup, Qt.Key.Key_Tab)
    assert prompt.prompt == "a unicorn in a teacup"


def test_forgotten_prompts_are_gone_from_the_disk_too(desk: Desk, session: Session) -> None:
    session.draw("a red boat", image_count=1)
    assert "red boat" in desk.paths.history_file.read_text(encoding="utf-8")
    dialog = session.preferences()
    session.press(dialog.forget_button)
    session.answer("Forget")
    session.until(lambda: not desk.paths.history_file.exists())
    session.change(prompt="")
    session.panel.prompt.setFocus()
    QTest.keyClick(session.panel.prompt, Qt.Key.Key_Up)
    assert session.panel.prompt.prompt == ""
    assert session.pictures == 1  # the pictures keep theirs
    dialog.close()
