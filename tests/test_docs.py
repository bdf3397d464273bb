"""The documents: complete, linked, up to date, and free of what belongs to nobody's machine but one's own."""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from bot.cli.main import cli
from bot.settings import Settings
from content.guide import Guide
from tools import make_map

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("content/**/*.md")]
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
FOREIGN = {
    "a path of one machine": r"(?<![\w.])/(?:work|root|home|Users|tmp|mnt)/",
    "where packages come from": r"(?i)pypi\.|pythonhosted|npmjs|index-url|artifactory|nexus",
    "how it was made instead of what it is": r"\b(?:AI|LLMs?|[Pp]rompts?)\b|\b[Tt]he (?:issue|brief|task)\b",
}


def names(paths: list[Path]) -> list[str]:
    return [str(p.relative_to(ROOT)) for p in paths]


def commands(group: click.Group = cli) -> dict[str, click.Command]:
    """The commands of a group, each imported."""
    context = click.Context(group)
    found = {name: group.get_command(context, name) for name in group.list_commands(context)}
    return {name: command for name, command in found.items() if command}


def verbs(group: click.Group = cli, before: str = "") -> Iterator[str]:
    """Every verb of the command line, "db check" for those in a group."""
    for name, command in commands(group).items():
        if isinstance(command, click.Group):
            yield from verbs(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def everything() -> str:
    """What people wrote: the map is made from the modules."""
    return "\n".join(page.read_text("utf-8") for page in PAGES if page != make_map.PAGE)


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_every_setting_is_explained(setting: str) -> None:
    assert f"`{setting.upper()}`" in everything()


@pytest.mark.parametrize("verb", sorted(verbs()))
def test_every_verb_is_explained(verb: str) -> None:
    assert f"`{verb}`" in everything()


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_examples_name_verbs_and_targets_that_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    known = {*verbs(), *commands()}
    for first, second in re.findall(r"python -m bot ([a-z]+)(?: ([a-z]+))?", text):
        group = commands().get(first)
        name = f"{first} {second}" if isinstance(group, click.Group) and second else first
        assert name in known, f"python -m bot {name}"
    for target in re.findall(r"(?:^ {4,}|`)make ([a-z]+)", text, re.MULTILINE):
        assert target in targets(), f"make {target}"


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_options_of_examples_exist(page: Path) -> None:
    text = page.read_text("utf-8").replace("\\\n", " ")
    for first, second, rest in re.findall(r"python -m bot ([a-z]+)(?: ([a-z]+))?([^\n`|]*)", text):
        command = commands()[first]
        if isinstance(command, click.Group):
            command = command.commands.get(second, command)
        known = {o for p in command.params for o in p.opts} | {"--help"}
        assert set(re.findall(r"(?<=\s)--[a-z-]+", rest)) <= known, f"{first} {second}{rest}"


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_link_inside_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text("utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if heading:
            headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}, link


def test_every_page_is_reached_from_the_first() -> None:
    seen, todo = set[Path](), [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in seen:
            continue
        seen.add(page)
        links = [link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8"))]
        todo += [p for link in links if (p := (page.parent / link).resolve()).suffix == ".md" and p.exists()]
    assert names([p for p in PAGES if p not in seen]) == []


def test_the_map_is_up_to_date() -> None:
    assert make_map.PAGE.read_text("utf-8") == make_map.page(), "run: .venv/bin/python -m tools.make_map"


def test_every_room_says_what_it_is_for() -> None:
    folders = ("bot", "handlers", "content", "storage", "tools")
    silent = [p for f in folders for p in (ROOT / f).rglob("*.py") if not make_map.first_line(p)]
    assert names(silent) == []


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
@pytest.mark.parametrize("what", list(FOREIGN))
def test_documents_are_about_the_product_alone(page: Path, what: str) -> None:
    found = re.search(FOREIGN[what], page.read_text("utf-8"))
    assert found is None, f"{what}: {found and found[0]}"


def test_the_example_for_authors_is_a_guide() -> None:
    text = (ROOT / "docs" / "content.md").read_text("utf-8")
    example = re.search(r"^    id: bai-mau.*?(?=^\S)", text, re.MULTILINE | re.DOTALL)
    assert example is not None
    guide = Guide.model_validate(yaml.safe_load(textwrap.dedent(example[0])))
    assert [guide.following(step, "co") for step in guide.steps] == ["chon", "go-mat-khau", "het"]


def test_limits_told_to_authors_are_those_that_are_checked() -> None:
    longest = yaml.safe_load((ROOT / "content" / "data" / "check.yaml").read_text("utf-8"))["longest"]
    told = re.search(
        r"bước (\d+) chữ cái, cách gỡ (\d+), kết bài (\d+)", (ROOT / "docs" / "content.md").read_text("utf-8")
    )
    assert told is not None
    assert [int(n) for n in told.groups()] == [longest["text"], longest["remedy"], longest["ending"]]
