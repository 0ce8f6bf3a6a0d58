"""`template.yaml` as CloudFormation reads it, for the tests that hold it against the documents and the code.

The loop in it (Fn::ForEach) is expanded by ministack, which does the same when the local stack is deployed.
"""

import re
from typing import Any

import yaml
from ministack.services.cloudformation import language_extensions

from paths import TEMPLATE


class ShortForms(yaml.SafeLoader):
    """Reads CloudFormation's short forms: `!Ref X` is {"Ref": "X"}, `!Sub X` is {"Fn::Sub": "X"}."""


def long_form(loader: ShortForms, tag: str, node: yaml.Node) -> dict[str, Any]:
    """What a tag is short for."""
    value: Any
    if isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        value = node.value
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


ShortForms.add_multi_constructor("!", long_form)


class Template:
    """The template, its loop expanded; what parameters and conditions decide stands in it as it is written."""

    def __init__(self) -> None:
        written = yaml.load(TEMPLATE.read_text(), ShortForms)
        self.parameters: dict[str, dict[str, Any]] = written["Parameters"]
        self.transforms: list[str] = written["Transform"]
        defaults = {name: str(one["Default"]) for name, one in self.parameters.items()}
        self.resources: dict[str, dict[str, Any]] = language_extensions.apply(written, defaults)["Resources"]

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of the resources of a type, by logical id."""
        return {name: one["Properties"] for name, one in self.resources.items() if one["Type"] == kind}

    def condition(self, name: str) -> str | None:
        """Under which condition a resource is there; none if it always is."""
        return self.resources[name].get("Condition")


def filled_in(value: Any) -> str:
    """A text whose variables have their values beside it."""
    if isinstance(value, str):
        return value
    pattern, values = value["Fn::Sub"]
    return re.sub(r"\$\{(\w+)\}", lambda variable: str(values[variable.group(1)]), pattern)


def named(resource: Any) -> str:
    """A resource as the documents write it: without the parts every ARN here has."""
    if isinstance(resource, str):
        return resource
    [(form, value)] = resource.items()
    if form == "Fn::If":  # the other branch is a restored table
        return named(value[2])
    if form == "Fn::GetAtt":
        return str(value).removesuffix(".Arn")
    if form == "Ref":
        return str(value)
    shown = str(value).rpartition("${AWS::AccountId}:")[2].replace("${AWS::StackName}", "⟨stack⟩")
    return re.sub(r"\$\{(\w+)\.Arn\}", r"\1", shown)
