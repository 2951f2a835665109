"""What all actions of the CloudFormation API share: where the request is for, and how it is read."""
from __future__ import annotations

from typing import Any

from moto.core.responses import BaseResponse

from ..errors import ValidationError
from . import planning, stacks, template
from .parameters import effective_values, raw_values
from .stacks import Source, Stack


class Actions(BaseResponse):
    def __init__(self) -> None:
        super().__init__(service_name="cloudformation")
        self.automated_parameter_parsing = True

    def stack_named(self, missing: str = "Stack with id {name} does not exist") -> Stack:
        name = self._get_param("StackName")
        stack = stacks.find(name, self.current_account, self.region)
        if stack is None:
            raise ValidationError(missing.format(name=name))
        return stack

    def source_for(self, stack: Stack) -> Source:
        """Reads template, parameters and tags of the request and refuses what CloudFormation would refuse at once."""
        before = stack.source
        text = template.read(self._get_param("TemplateBody"), self._get_param("TemplateURL"), self.region)
        if text is None and before is not None and self._get_param("UsePreviousTemplate", False):
            text = before.text
        if text is None:
            raise ValidationError("Either Template URL or Template Body must be specified.")
        parsed = template.parse(text)
        template.validate(parsed)
        written = raw_values(parsed, self._get_param("Parameters", []), before.parameters if before else {})
        values = effective_values(parsed, written, self.region)
        tags: list[dict[str, Any]] = self._get_param("Tags")
        if tags is None:
            tags = before.tags if before else []
        source = Source(text, parsed, written, values, [dict(tag) for tag in tags], list(self._get_param("Capabilities", [])))
        planning.check(stack, source)
        return source
