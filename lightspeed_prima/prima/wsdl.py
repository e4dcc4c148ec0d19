"""What Prima's WSDL says about one operation: namespace, part names and their order, literal or encoded.

What does not belong here: fetching it (client), or building an envelope from it (soap).
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from lightspeed_prima.errors import PipelineError
from lightspeed_prima.prima.xml import NotXml, children, local_name, parse

if TYPE_CHECKING:
    from lxml import etree

    from lightspeed_prima.prima.wire import WireOverrides

Use = Literal["literal", "encoded"]

# INFERRED: nothing says how the company's part is called; of two parts it is the one that sounds like it.
_COMPANY = re.compile(r"comp", re.IGNORECASE)


class WsdlError(PipelineError):
    """The WSDL cannot be read, or does not describe the operation."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the request message; `xsd_type` is the local name, `string` or `int`."""

    name: str
    xsd_type: str


@dataclass(frozen=True, slots=True)
class Operation:
    """All a client has to know to call one operation."""

    name: str
    namespace: str
    use: Use
    soap_action: str
    parts: tuple[Part, ...]
    company_part: str | None

    def overridden(self, overrides: WireOverrides) -> Operation:
        """The same operation where the site says otherwise."""
        operation = self
        if overrides.in_part:
            operation = operation._renamed(self.document_part, overrides.in_part)
        if overrides.company_part and operation.company_part:
            operation = operation._renamed(operation.company_part, overrides.company_part)
        return dataclasses.replace(
            operation,
            namespace=overrides.operation_namespace or operation.namespace,
            use=overrides.use or operation.use,
            soap_action=operation.soap_action if overrides.soap_action is None else overrides.soap_action,
        )

    @property
    def document_part(self) -> str:
        """The name of the part that carries the Prima document."""
        return next(part.name for part in self.parts if part.name != self.company_part)

    def _renamed(self, old: str, new: str) -> Operation:
        parts = tuple(Part(new, part.xsd_type) if part.name == old else part for part in self.parts)
        company = new if self.company_part == old else self.company_part
        return dataclasses.replace(self, parts=parts, company_part=company)


def read_operation(wsdl: bytes, name: str) -> Operation:
    """The operation `name` as the WSDL's RPC binding describes it, or WsdlError."""
    try:
        definitions = parse(wsdl)
    except NotXml as problem:
        raise _error(name, f"what came is not XML ({problem})") from problem
    binding, bound = _bound_operation(definitions, name)
    soap_operation = _soap_child(bound, "operation")
    style = _soap_child(binding, "binding").get("style", "document")
    if soap_operation.get("style", style) != "rpc":
        raise _error(name, "its binding is not RPC style")
    body = _soap_child(_only(bound, "input", name), "body")
    use = body.get("use", "literal")
    if use not in ("literal", "encoded"):
        raise _error(name, f"its body's use is {use!r}")
    parts = _parts(definitions, binding, name)
    return Operation(
        name=name,
        namespace=body.get("namespace", ""),
        use=cast("Use", use),
        soap_action=soap_operation.get("soapAction", ""),
        parts=parts,
        company_part=_company_part(parts, name),
    )


def _bound_operation(definitions: etree._Element, name: str) -> tuple[etree._Element, etree._Element]:
    for binding in children(definitions, "binding"):
        for operation in children(binding, "operation"):
            if operation.get("name") == name and next(children(binding, "binding"), None) is not None:
                return binding, operation
    offered = sorted(
        {
            operation.get("name", "")
            for binding in children(definitions, "binding")
            for operation in children(binding, "operation")
        }
    )
    raise _error(name, f"it offers {', '.join(offered) or 'no operation'}")


def _parts(definitions: etree._Element, binding: etree._Element, name: str) -> tuple[Part, ...]:
    port_type = _named(definitions, "portType", _local(binding.get("type", "")), name)
    operation = _named(port_type, "operation", name, name)
    message_name = _local(_only(operation, "input", name).get("message", ""))
    message = _named(definitions, "message", message_name, name)
    declared = [
        Part(part.get("name", ""), _local(part.get("type", ""))) for part in children(message, "part")
    ]
    order = operation.get("parameterOrder", "").split()
    rank = {part_name: position for position, part_name in enumerate(order)}
    return tuple(sorted(declared, key=lambda part: rank.get(part.name, len(rank))))


def _company_part(parts: tuple[Part, ...], name: str) -> str | None:
    if len(parts) == 1:
        return None
    if len(parts) != 2:
        raise _error(name, f"it takes {len(parts)} parts, one or two were expected")
    for part in parts:
        if _COMPANY.search(part.name) or part.xsd_type != "string":
            return part.name
    return parts[0].name


def _soap_child(element: etree._Element, name: str) -> etree._Element:
    """The SOAP extension element of that name; WSDL's own elements of the same name are told by namespace."""
    for child in element:
        if local_name(child) == name and "wsdl/soap" in str(child.tag):
            return child
    raise _error(name, f"<{local_name(element)}> has no soap:{name}")


def _only(element: etree._Element, child_name: str, operation: str) -> etree._Element:
    for child in children(element, child_name):
        return child
    raise _error(operation, f"<{local_name(element)}> has no {child_name}")


def _named(element: etree._Element, child_name: str, name: str, operation: str) -> etree._Element:
    for child in children(element, child_name):
        if child.get("name") == name:
            return child
    raise _error(operation, f"there is no {child_name} named {name!r}")


def _local(qualified: str) -> str:
    return qualified.rpartition(":")[2]


def _error(operation: str, problem: str) -> WsdlError:
    return WsdlError(
        "WSDL_UNREADABLE",
        f"the WSDL does not describe {operation}: {problem}",
        next_step="open the address in prima.wsdl in a browser; it should show a WSDL with this operation",
    )
