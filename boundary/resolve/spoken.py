"""Which programming language a service is written in: by its files, else by its images and manifests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from boundary.facts import Package
from boundary.resolve.files import Files, is_code, language
from boundary.resolve.groups import Group
from boundary.resolve.images import known
from boundary.resolve.recipes import Recipes

_ECOSYSTEMS = {
    "npm": "javascript", "nuget": "csharp", "maven": "java", "gradle": "java", "go": "go", "cargo": "rust",
    "gem": "ruby", "rack": "ruby", "composer": "php",
}  # fmt: skip


def spoken(index: Files, group: Group, recipes: Recipes) -> str:
    """The language of a service's code; "" where all that is there configures somebody else's program."""
    if _is_laid_over(index, group, recipes):
        return ""
    return _language(index, tuple(group.roots)) or _built_for(index, group, recipes)


_FEW = 5
"""Files of code beside the image of somebody else's program, which configure it."""


def _is_laid_over(index: Files, group: Group, recipes: Recipes) -> bool:
    """Whether a service is the image of a program from elsewhere with files laid over: what is there configures it."""
    dockerfiles = (unit.dockerfile for unit in group.units if unit.build is not None)
    built = [recipe for path in dockerfiles if (recipe := recipes.get(path))]
    paths = [path for root in group.roots for path in index.below(root)]
    own = any(index.of(path, Package) for path in paths) or sum(map(is_code, paths)) > _FEW
    return bool(built) and not own and all(recipe.base != "scratch" and known(recipe.base) is None for recipe in built)


def _language(index: Files, roots: Sequence[str]) -> str:
    """The language of most of its files."""
    paths = {path for root in roots for path in index.below(root)}
    counted = Counter(spoken for path in paths if (spoken := language(path)))
    return min(counted, key=lambda spoken: (-counted[spoken], spoken), default="")


def _built_for(index: Files, group: Group, recipes: Recipes) -> str:
    """The language that the images and manifests of a group are made for, where its files do not tell."""
    built = [recipes.get(unit.dockerfile, unit.stage) for unit in group.units if unit.build is not None]
    beside = [recipe for root in group.roots for recipe in recipes.beside(root)]
    images = [recipe.language for recipe in (*built, *beside) if recipe]
    manifests = [one for root in group.roots for path in index.folders.get(root, ()) for one in index.of(path, Package)]
    told = (*images, *(_ECOSYSTEMS.get(one.ecosystem, "") for one in manifests))
    return next((one for one in told if one), "")
