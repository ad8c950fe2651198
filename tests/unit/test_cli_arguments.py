"""What is typed wrong is answered in one sentence with exit code 2, before torch or any file is touched."""

import argparse
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.cli.asking import request, sampling
from desktop_app.cli.main import build_parser, main
from desktop_app.cli.prompts import gather_prompts, look_unquoted
from model_runtime.presets import PRESETS
from model_runtime.request import SamplingSettings

MODEL = SamplingSettings(temperature=0.9, top_k=7, condition_scale=3)


def parsed(*words: str) -> argparse.Namespace:
    return build_parser().parse_args(["draw", "a boat", *words])


WRONG = [
    (["--seed", "-1"], "--seed"),
    (["--seed", "9007199254740993"], "--seed"),
    (["--seed", "9007199254740991", "-n", "2"], "--seed"),
    (["--seed", "seven"], "'seven' is not a whole number"),
    (["--seed", "9" * 5000], "is not a whole number"),
    (["--seed", "1.5"], "whole number"),
    (["-n", "0"], "-n is 0"),
    (["-n", "65"], "-n is 65"),
    (["--temperature", "0"], "--temperature"),
    (["--temperature", "nan"], "--temperature"),
    (["--temperature", "inf"], "--temperature"),
    (["--temperature", "hot"], "'hot' is not a number"),
    (["--top-k", "0"], "--top-k"),
    (["--top-p", "1.01"], "--top-p"),
    (["--top-p", "0"], "--top-p"),
    (["--condition-scale", "-3"], "--condition-scale"),
    (["--condition-scale", "1e9"], "--condition-scale"),
    (["--keep", "3", "-n", "2"], "--keep"),
    (["--keep", "0"], "--keep"),
    (["--rank", "beauty"], "--rank"),
    (["--preset", "none"], "--preset"),
    (["--precision", "float8"], "--precision"),
    (["--sheet", "grid.tiff"], "--sheet must end in"),
    (["--colour", "red"], "--colour"),
    (["--see", "1"], "--see"),
]


@pytest.mark.parametrize(("words", "named"), WRONG, ids=[" ".join(words)[:40] for words, _ in WRONG])
def test_one_sentence_for_what_is_typed_wrong(
    words: list[str], named: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["draw", "a boat", "--data-dir", str(tmp_path / "data"), *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("armchair-cli: ")
    assert err.count("\n") == 1
    assert named in err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "words", [[], ["sketch"], ["info"], ["redraw"], ["draw"], ["draw", "--prompts"], ["redraw", "a", "b"]]
)
def test_commands_that_are_incomplete(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err.count("\n") == 1


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    option=st.sampled_from(["--seed", "-n", "--temperature", "--top-k", "--top-p", "--condition-scale", "--keep"]),
    value=st.text(max_size=12)
    | st.floats().map(str)
    | st.integers(-(2**70), 2**70).map(str)
    | st.text("0123456789e.-+_ ", max_size=12),
)
def test_any_value_is_taken_or_refused_in_one_sentence(
    option: str, value: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    # A model that is not there ends what is typed right, before torch.
    code = main(["draw", "a", f"{option}={value}", "--model", "no such model", "--data-dir", str(tmp_path)])
    err = capsys.readouterr().err
    assert code in (1, 2)
    assert err.startswith("armchair-cli: ")
    assert err.count("\n") == 1
    assert ("no such model" in err) == (code == 1)


@settings(max_examples=40)
@given(st.lists(st.sampled_from("abc -\n\x00é🦊"), max_size=8).map("".join), st.integers(1, 64))
def test_every_prompt_makes_a_request(prompt: str, count: int) -> None:
    asked = request(parsed("-n", str(count)), prompt, lambda: MODEL)
    assert (asked.prompt, asked.image_count, asked.sampling, asked.seed) == (prompt, count, None, None)


def test_nine_pictures_with_the_models_own_settings_unless_said() -> None:
    options = parsed()
    assert options.image_count == 9
    assert options.model == "starter"
    assert sampling(options, lambda: pytest.fail("nobody need ask the model")) is None


def test_presets_and_single_changes() -> None:
    assert sampling(parsed("--preset", "official"), lambda: MODEL) == PRESETS["official"]
    changed = sampling(parsed("--preset", "official", "--top-k", "off", "--temperature", "2"), lambda: MODEL)
    assert changed == SamplingSettings(temperature=2, top_k=None, condition_scale=10)
    assert sampling(parsed("--top-p", "0.5"), lambda: MODEL) == SamplingSettings(
        temperature=0.9, top_k=7, top_p=0.5, condition_scale=3
    )


def test_global_options_before_and_after_the_command(tmp_path: Path) -> None:
    parse = build_parser().parse_args
    for words in (["--quiet", "--data-dir", "x", "draw", "a"], ["draw", "a", "--quiet", "--data-dir", "x"]):
        options = parse(words)
        assert (options.quiet, options.data_dir, options.debug) == (True, Path("x"), False)


def test_prompts_from_a_file_and_from_arguments(tmp_path: Path) -> None:
    file = tmp_path / "prompts.txt"
    file.write_bytes(b"\xef\xbb\xbf# boats\r\n\r\na red boat\r\n   \n  an old\x0cboat\xe2\x80\xa8here \n#no\n\xff")
    assert gather_prompts(["first"], str(file)) == [
        "first",
        "a red boat",
        "an old\x0cboat\u2028here",
        "\udcff",
    ]


def test_a_file_without_prompts_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "prompts.txt"
    file.write_text("# nothing\n\n")
    assert main(["draw", "--prompts", str(file)]) == 2
    assert "holds none" in capsys.readouterr().err


def test_a_missing_file_of_prompts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", "--prompts", str(tmp_path / "no.txt")]) == 1
    err = capsys.readouterr().err
    assert err.startswith("armchair-cli: ")
    assert "no.txt" in err
    assert err.count("\n") == 1


def test_forgotten_quotes_are_noticed() -> None:
    assert look_unquoted(["an", "avocado", "armchair"])
    assert not look_unquoted(["an avocado armchair", "fox"])
    assert not look_unquoted(["fox"])


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "redraw" in capsys.readouterr().out
    for command in ("draw", "info", "redraw", "finish", "decode", "models", "doctor"):
        assert main([command, "--help"]) == 0
        assert f"armchair-cli {command}" in capsys.readouterr().out
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("armchair-cli ")
